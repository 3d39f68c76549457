"""What every page must have, whatever it shows."""

from lxml import html

TOUCHED = ("input", "select", "textarea")
WITHOUT_LABEL = {"hidden", "submit", "button", "image", "reset"}


def check_page(text: str, headers) -> None:
    """Fail with a list of what is wrong with an HTML page."""
    page = html.document_fromstring(text)
    wrong = [*_head(page, headers), *_body(page), *_references(page), *_inline(page)]
    assert not wrong, "\n".join(wrong)


def _head(page, headers) -> list[str]:
    wrong = []
    policy = headers.get("Content-Security-Policy", "")
    if "script-src 'self'" not in policy or "style-src 'self'" not in policy or "unsafe" in policy:
        wrong.append(f"content security policy: {policy!r}")
    if not page.get("lang"):
        wrong.append("<html> has no lang")
    titles = page.xpath("//head/title")
    if len(titles) != 1 or not (titles[0].text or "").strip().endswith("Plenaria"):
        wrong.append(f"title: {[title.text for title in titles]}")
    elif (titles[0].text or "").strip().startswith("-"):
        wrong.append("the title does not name the page")
    return wrong


def _body(page) -> list[str]:
    wrong = []
    headings = page.xpath("//h1")
    if len(headings) != 1 or not headings[0].text_content().strip():
        wrong.append(f"h1: {[heading.text_content() for heading in headings]}")
    if len(page.xpath("//main")) != 1:
        wrong.append("not exactly one <main>")
    for image in page.xpath("//img[not(@alt)]"):
        wrong.append(f"image without alt: {image.get('src')}")
    for button in page.xpath("//button[not(@aria-hidden='true' and @tabindex='-1')]"):
        if not (button.text_content().strip() or button.get("aria-label")):
            wrong.append(f"button without text: {html.tostring(button)!r}")
    for fieldset in page.xpath("//fieldset[not(legend)]"):
        wrong.append(f"fieldset without legend: {fieldset.get('id')}")
    for form in page.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        if not form.xpath(".//input[@name='csrf_token' and @value]"):
            wrong.append(f"form without token: {form.get('action')}")
    return wrong


def _references(page) -> list[str]:
    wrong = []
    ids = [element.get("id") for element in page.xpath("//*[@id]")]
    wrong += [f"id twice: {name}" for name in sorted({name for name in ids if ids.count(name) > 1})]
    known = set(ids)
    labelled = {label.get("for") for label in page.xpath("//label[@for]")}
    wrong += [f"label for nothing: {name}" for name in labelled - known]
    for element in page.iter(*TOUCHED):
        if element.get("type") in WITHOUT_LABEL:
            continue
        if not (
            element.get("id") in labelled
            or element.get("aria-label")
            or element.get("aria-labelledby")
            or element.xpath("ancestor::label")
        ):
            wrong.append(f"no label: {element.get('name')}")
    for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
        for element in page.xpath(f"//*[@{attribute}]"):
            named = set(element.get(attribute).split())
            wrong += [f"{attribute} names nothing: {name}" for name in sorted(named - known)]
    for link in page.xpath("//a[starts-with(@href, '#')]"):
        if link.get("href")[1:] not in known:
            wrong.append(f"link to nowhere on the page: {link.get('href')}")
    return wrong


def _inline(page) -> list[str]:
    wrong = [f"style attribute on {element.tag}" for element in page.xpath("//*[@style]")]
    wrong += ["<style> element" for _ in page.xpath("//style")]
    wrong += ["inline script" for _ in page.xpath("//script[not(@src) and not(@type='application/ld+json')]")]
    for element in page.iter():
        wrong += [f"{name} on {element.tag}" for name in element.attrib if name.startswith("on")]
    return wrong
