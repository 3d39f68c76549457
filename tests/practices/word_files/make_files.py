"""Has LibreOffice open, change and save forms; see README.md. Runs on the system's Python, which has `uno`."""

import subprocess
import sys
import time
from pathlib import Path

import uno  # type: ignore[import-not-found]  # the system's Python has it
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]  # made by uno

HERE = Path(__file__).parent
PIPE = "plenaria-forms"
DOCX = "MS Word 2007 XML"


def option(name, value):
    return PropertyValue(name, 0, value, 0)


def connect():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(60):
        try:
            return resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


class Office:
    def __init__(self, context):
        self.context = context
        self.desktop = self.create("com.sun.star.frame.Desktop")

    def create(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def open(self, path):
        return self.desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (option("Hidden", True),))

    def save(self, document, path, kind=DOCX):
        document.storeToURL(path.as_uri(), (option("FilterName", kind),))

    def accept_all(self, document):
        helper = self.create("com.sun.star.frame.DispatchHelper")
        frame = document.CurrentController.Frame
        helper.executeDispatch(frame, ".uno:AcceptAllTrackedChanges", "", 0, ())


def tables(document):
    return [document.TextTables.getByIndex(place) for place in range(document.TextTables.Count)]


def places(document):
    """(label's cell, value's cell) by code, of the tables with two columns."""
    found = {}
    for table in tables(document):
        if table.Columns.Count != 2:
            continue
        for row in range(table.Rows.Count):
            label, value = table.getCellByPosition(0, row), table.getCellByPosition(1, row)
            code = label.String.partition("[")[2].partition("]")[0]
            if code:
                found[code] = (label, value)
    return found


def paragraphs(cell):
    each = cell.createEnumeration()
    while each.hasMoreElements():
        yield each.nextElement()


def write(cell, *lines):
    """Put paragraphs in place of what a cell says, as somebody does who marks all and types."""
    cell.setString(lines[0])
    for line in lines[1:]:
        end = cell.createTextCursorByRange(cell.End)
        cell.insertControlCharacter(end, 0, False)
        cell.insertString(cell.End, line, False)


def table_of(document, code):
    for table in tables(document):
        if code in table.getCellByPosition(0, 0).String:
            return table
    raise KeyError(code)


def fill(document):
    cells = {code: value for code, (_label, value) in places(document).items()}
    write(cells["title"], "Two-year permits for seasonal workers")
    write(cells["summary"], "First paragraph of the summary.", "Second paragraph.")
    write(cells["period.from"], "March 2021")
    write(cells["period.to"], "12/2023")
    write(cells["status"], "In progress")
    write(cells["gcm_main"], "5. Regular pathways")
    write(cells["mechanisms"], "Quito Process", "SACM")
    write(cells["cost.amount"], "USD 1,250,000.50")
    write(cells["contact.email"], "office@example.org")
    write(cells["consent"], "The public")
    write(cells["answers.2"], "A calendar that all bodies share.")
    for code, wanted in (("levels", ("National", "Local")), ("themes", ("Labour migration",))):
        for paragraph in paragraphs(cells[code]):
            if any(paragraph.String.endswith(title) for title in wanted):
                search = document.createSearchDescriptor()
                search.SearchString = "☐"
                found = document.findNext(paragraph.Start, search)
                found.setString("☒")
    write(cells["results"], "What changed:", "fewer refusals", "shorter queues")
    for paragraph in list(paragraphs(cells["results"]))[1:]:
        paragraph.NumberingStyleName = "List 1"
    actors = table_of(document, "[actors.")
    actors.Rows.insertByIndex(actors.Rows.Count, 2)
    rows = [("Lead institution", "Migration service"), ("Partner", "Ministry of Labour"), ("", "")]
    rows += [("Civil society", "Network of shelters"), ("", "A body without a role")]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            if text:
                actors.getCellByPosition(column, number).setString(text)


def translate(document):
    """Fill in a form with the original on the left."""
    cells = {code: value for code, (_label, value) in places(document).items()}
    write(cells["title"], "Temporary permit")
    write(cells["results"], "First line", "Another paragraph.")
    write(cells["actors.2.name"], "An association")


def retype_headings(document):
    cells = places(document)
    for code, text in {
        "title": "Título",
        "summary": "RESUMEN.",
        "context": "3. Contexto y el problema",
        "lessons": "Lessons and conditions to adapt it",
        "challenges": "Lo que costó",
        "rights": "Enfoque de derechos humanos, género y niñes",
        "answers.1": "¿Cuál fue el principal desafío?",
        "contact.email": "Contacto: correo",
        "themes": "Categorías temáticas:",
    }.items():
        cells[code][0].setString(text)
    for code in ("summary", "context", "lessons", "rights", "answers_1", "themes", "links"):
        document.Bookmarks.getByName(f"plenaria_{code}").dispose()
    links = table_of(document, "[links.")
    for column, text in enumerate(("Nombre", "Dirección")):
        links.getCellByPosition(column, 0).setString(text)


def delete_help(document):
    for label, _value in places(document).values():
        label.setString(next(paragraphs(label)).String)


def put_table(document, text, at, rows):
    table = document.createInstance("com.sun.star.text.TextTable")
    table.initialize(len(rows), len(rows[0]))
    text.insertTextContent(at, table, False)
    for number, row in enumerate(rows):
        for column, words in enumerate(row):
            table.getCellByPosition(column, number).setString(words)


def paste_tables(document):
    cells = places(document)
    value = cells["challenges"][1]
    put_table(document, value, value.End, [("Año", "Permisos"), ("2017", "11 574"), ("2018", "170 000")])
    body = document.Text
    body.insertControlCharacter(body.End, 0, False)
    body.insertString(body.End, "Un texto al final.", False)
    put_table(document, body, body.End, [("Oficina", "Teléfono"), ("Lima", "000")])


def track(document):
    document.RecordChanges = True
    cells = places(document)
    for code, words in (("title", " (con cambios)"), ("lessons", " Una frase más.")):
        value = cells[code][1]
        value.insertString(value.End, words, False)
    search = document.createSearchDescriptor()
    search.SearchString = "dejó fuera a quienes"
    document.findFirst(search).setString("excluyó a quienes")
    cells["rights"][1].setString("")  # from here LibreOffice's own file is not well-formed


def annotate(document):
    cells = places(document)
    note = document.createInstance("com.sun.star.text.Footnote")
    value = cells["context"][1]
    value.insertTextContent(value.End, note, False)
    note.setString("Según el registro.")


def main(folder):
    office = Office(connect())
    form, empty, original = folder / "form.docx", folder / "empty.docx", folder / "original.docx"
    for name, source, change in (
        ("saved", form, None),
        ("filled", empty, fill),
        ("translated", original, translate),
        ("headings", form, retype_headings),
        ("no_help", form, delete_help),
        ("table", form, paste_tables),
        ("pending", form, track),
        ("accepted", form, track),
        ("notes", form, annotate),
    ):
        document = office.open(source)
        if change:
            change(document)
        if name == "accepted":
            office.accept_all(document)
        office.save(document, HERE / f"{name}.docx")
        if name == "saved":
            office.save(document, folder / "saved.odt", "writer8")
        document.close(True)
    document = office.open(folder / "saved.odt")
    office.save(document, HERE / "odt.docx")
    document.close(True)
    office.desktop.terminate()


if __name__ == "__main__":
    command = ["soffice", "--headless", "--norestore", f"--accept=pipe,name={PIPE};urp;"]
    with subprocess.Popen(command) as running:
        try:
            main(Path(sys.argv[1]).resolve())
        finally:
            running.terminate()
