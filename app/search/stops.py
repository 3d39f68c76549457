"""Words that every text of a language has: a query is not answered by them, unless they stand in a phrase."""

from app.search.words import plain

_WORDS = {
    "en": "a an the of in on at to by for and or not with without from as is are was were be been being do does "
    "did how what which who whom whose when where why that this these those it its he she we they you i "
    "our your their them his her us me my has have had can could will would should may might must about "
    "into than then there here also such any some all each no if but so",
    "es": "el la los las lo un una unos unas de del en a al con sin por para y e o u ni que qué se su sus mi tu "
    "le les ha han es son fue era ser está están este esta esto estos estas ese esa eso esos esas aquel "
    "cada como cómo cuál cuáles cuándo dónde quién quiénes cuyo donde cuando si no más muy ya hay sobre "
    "entre desde hasta nos nuestro nuestra",
    "fr": "le la les l un une des de du d en au aux avec sans par pour et ou ni que qui quoi quel quelle quels "
    "quelles se sa son ses leur leurs mon ma mes ton nos notre votre vos est sont était être a ont ce cet "
    "cette ces ça c s qu on il elle ils elles nous vous je tu y dans sur sous comment pourquoi quand où "
    "si ne pas plus dont",
    "pt": "o a os as um uma uns umas de do da dos das em no na nos nas ao aos à às com sem por para e ou nem "
    "que quê se seu sua seus suas meu minha é são foi era ser está estão este esta isto estes estas esse "
    "essa isso esses essas pelo pela pelos pelas cada como qual quais quando onde quem cujo se não mais "
    "muito já há sobre entre desde até nós nosso nossa só num numa",
}
STOPS = frozenset(plain(word) for words in _WORDS.values() for word in words.split())
