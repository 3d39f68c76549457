"""What people write in the tests: one session, one presentation, one good practice."""

LANGUAGES = ("en", "es", "fr", "pt")


def in_all(name: str, texts: tuple[str, str, str, str]) -> dict[str, str]:
    """Field name -> text for a text in four languages."""
    return {f"{name}-{code}": text for code, text in zip(LANGUAGES, texts, strict=True)}


SESSION_TITLE = in_all("title", (
    "Special session on labour mobility", "Sesión especial sobre movilidad laboral",
    "Session spéciale sur la mobilité de la main-d'œuvre", "Sessão especial sobre mobilidade laboral",
))  # fmt: skip
ITEM = in_all(
    "title",
    (
        "Opening by the Chair",
        "Apertura por la Presidencia",
        "Ouverture par la présidence",
        "Abertura pela Presidência",
    ),
)
QUESTION = in_all(
    "text",
    (
        "What made seasonal work safer?",
        "¿Qué hizo más seguro el trabajo de temporada?",
        "Qu'est-ce qui a rendu le travail saisonnier plus sûr ?",
        "O que tornou o trabalho sazonal mais seguro?",
    ),
)
CALL = {
    **in_all(
        "title",
        (
            "Call on labour mobility",
            "Convocatoria sobre movilidad laboral",
            "Appel sur la mobilité",
            "Chamada sobre mobilidade",
        ),
    ),
    **in_all(
        "text",
        (
            "Send one practice that worked.",
            "Envíe una práctica que funcionó.",
            "Envoyez une pratique qui a réussi.",
            "Envie uma prática que funcionou.",
        ),
    ),
}
PRESENTATION = {
    "answer_1": "Joint inspections made seasonal work safer. Employers heard of them in advance.",
    "speakers": "Presidency pro tempore",
}
TITLE = "Permisos para recolectores de café en la frontera sur"
PRACTICE = {
    "title": TITLE,
    "summary": "Desde 2021 los recolectores de café reciben un permiso de temporada en la frontera.",
    "period_from": "2021-03",
    "context": "Miles de personas cruzaban sin papeles cada cosecha. Los productores no podían contratarlas.",
    "actions": "Se abrió una ventanilla en tres puestos. Cada permiso cuesta un dólar y dura seis meses.",
    "actors-0-name": "Dirección de Migración",
    "answer_1": "La inspección conjunta dio confianza. Los sindicatos acompañaron cada visita.",
    "results": "Se dieron doce mil permisos en un año. Los accidentes bajaron a la mitad.",
    "challenges": "Algunos patronos retuvieron los permisos.",
    "lessons": "Conviene tener un registro común antes de empezar.",
    "contact_name": "Punto focal", "contact_institution": "Dirección de Migración",
    "contact_email": "punto.focal@example.org",
}  # fmt: skip
BOXES = {
    "levels": "national",
    "status": "completed",
    "themes": "T1",
    "population": "workers",
    "consent": "public",
}
LISTS = {"gcm_main": "5", "actors-0-role": "lead"}
ADDED = "Las mujeres recibieron cuatro de cada diez permisos."
COMMENT = "Please say how many of the permits went to women."
SUMMARY_TITLE = in_all(
    "title",
    (
        "Summary of the special session",
        "Resumen de la sesión especial",
        "Résumé de la session spéciale",
        "Resumo da sessão especial",
    ),
)
SECTION = in_all("title", ("Results", "Resultados", "Résultats", "Resultados"))
PARAGRAPH = in_all(
    "text",
    (
        "A delegation gave permits to harvest workers, and accidents fell.",
        "Una delegación dio permisos a quienes trabajan en la cosecha, y los accidentes bajaron.",
        "Une délégation a délivré des permis aux saisonniers, et les accidents ont diminué.",
        "Uma delegação deu autorizações a quem trabalha na colheita, e os acidentes diminuíram.",
    ),
)
SAFER = in_all(
    "text",
    (
        "A mechanism found that joint inspections protect workers.",
        "Un mecanismo constató que las inspecciones conjuntas protegen a quienes trabajan.",
        "Un mécanisme a constaté que les inspections conjointes protègent les travailleurs.",
        "Um mecanismo constatou que as inspeções conjuntas protegem os trabalhadores.",
    ),
)
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
