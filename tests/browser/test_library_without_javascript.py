"""The library is searched, compared, kept, followed and cited where browsers run no script, in Spanish."""

import re

READER = "reader@example.org"


def test_a_reader_finds_keeps_follows_and_cites(person):
    reader = person(READER, java_script_enabled=False)
    page, main = reader.page, reader.page.locator("main")
    reader.go("/language/es?next=/")
    assert page.locator("html").get_attribute("lang") == "es"

    # Found by words, and narrowed down by a facet.
    reader.go("/search")
    reader.write({"q": "permiso"})
    reader.send("Buscar")
    found = int(re.search(r"\d+", main.locator(".found-count").inner_text())[0])
    if not main.locator("a.facet-value[href*='kind=practice']").is_visible():
        main.locator("details.facets > summary").click()
    main.locator("a.facet-value[href*='kind=practice']").click()
    page.wait_for_url("**kind=practice**")
    narrowed = int(re.search(r"\d+", main.locator(".found-count").inner_text())[0])
    assert 0 < narrowed < found
    kinds = main.locator("ol.entries > li").all_inner_texts()
    assert len(kinds) == narrowed
    assert all("Buena práctica" in kind for kind in kinds)

    # Followed.
    main.locator(".follow a.button").click()
    page.wait_for_url("**/following/new**")
    reader.send("Seguir")
    page.wait_for_url("**/following")
    assert "Búsqueda: permiso · Buena práctica" in main.inner_text()

    # Read and cited.
    reader.go("/search?q=permiso&kind=practice")
    main.locator("ol.entries a").first.click()
    page.wait_for_url("**/practices/**")
    title, reference = reader.heading(), page.url.partition("/practices/")[2].partition("?")[0].partition("#")[0]
    main.locator("details.cite > summary").first.click()
    assert title in main.locator("#cite-apa, .cite-text").first.inner_text()
    assert not main.locator("[data-copy]").first.is_visible(), "it would do nothing"
    with page.expect_download() as taken:
        main.get_by_role("link", name="Descargar como BibTeX").click()
    assert title in taken.value.path().read_text()

    # Kept in a collection.
    main.locator(".collect").get_by_role("link", name="Guardar en una colección").click()
    page.wait_for_url("**/collections/**")
    if main.locator("input[name=collection][type=radio]").count():
        reader.tick({"collection": "new"})
    reader.write({"title": "Para leer", "note": "Sobre los permisos."})
    reader.send("Guardar")
    assert "Sobre los permisos." in main.inner_text()
    assert title in main.inner_text()

    # Three side by side.
    reader.go(f"/practices/{reference}")
    main.locator(".collect").get_by_role("link", name="Comparar con otras").click()
    page.wait_for_url("**/compare?**")
    for box in main.locator("input[name=practice][form=compare]").all()[:2]:
        box.check()
    reader.send("Comparar")
    assert page.url.count("practice=") == 3
    assert main.locator(".side-head").count() >= 3
    assert title in main.inner_text()
