"""What an agent says when it puts somebody through, and what only sounds like it."""

from __future__ import annotations

from typing import Any

import pytest

from receptionist.supervision.promises import named_in, promise_in, says_yes
from tests.support.call import directory
from transfer_call.directory import Destination
from transfer_call.voice.phrases import LANGUAGES

PROMISES = {
    "en": [
        "I'll transfer you to sales.",
        "I will transfer you now",
        "Sure, I'll put you through to the front desk.",
        "I'll put you right through.",
        "Let me connect you with billing.",
        "One moment while I transfer your call.",
        "I'm connecting you to sales now.",
        "I am transferring you to our sales team.",
        "I’m putting you through.",
        "Connecting you now.",
        "Okay, transferring you to the front desk.",
        "Of course! I'm going to go ahead and transfer you.",
        "I'll just get you over to billing.",
        "Please hold. I'll forward your call to Ann.",
        "You'll be connected to sales.",
        "Thank you. Let me quickly put you through to them.",
    ],
    "es": [
        "Le paso con ventas.",
        "Ahora mismo le comunico con recepción.",
        "Claro, le voy a pasar con el departamento técnico.",
        "Voy a transferirle a ventas.",
        "Permítame transferirle.",
        "Le transfiero ahora.",
        "Sí, le paso con ella.",
        "Estoy transfiriendo su llamada.",
        "Transfiero su llamada.",
    ],
    "fr": [
        "Je vous transfère au service commercial.",
        "Très bien, je vous mets en relation avec l'accueil.",
        "Je vous passe Anne Martin.",
        "Je vais vous mettre en communication.",
        "Je transfère votre appel.",
        "Un instant, je vais transférer votre appel.",
        "Laissez-moi vous passer le service.",
        "Vous allez être mise en relation avec l'accueil.",
    ],
    "de": [
        "Ich verbinde Sie mit dem Vertrieb.",
        "Gerne, ich stelle Sie zum Empfang durch.",
        "Einen Moment, ich verbinde Sie.",
        "Ich leite Sie an die Buchhaltung weiter.",
        "Dann verbinde ich Sie jetzt mit Frau Meyer.",
        "Ich werde Sie mit dem Vertrieb verbinden.",
        "Sie werden jetzt verbunden.",
    ],
}
NONE = {
    "en": [
        "Shall I transfer you to sales?",
        "Would you like me to connect you with billing?",
        "I can put you through to sales or to the front desk.",
        "I could transfer you to the operator.",
        "If you tell me your name, I'll transfer you.",
        "I'll transfer you once I know whom you need.",
        "I can't transfer you to that number.",
        "I'm sorry, I'm unable to connect you right now.",
        "I won't put you through.",
        "I'll put you through to sales. Is that all right?",
        "Whom would you like me to put you through to?",
        "The transfer did not work.",
        "I'll put that in the notes.",
        "Sales handles prices and new orders.",
        "I tried connecting you, but the line is busy.",
        "Before I transfer you, may I have your name?",
        "How can I help you?",
        "",
    ],
    "es": [
        "¿Le paso con ventas?",
        "Puedo pasarle con ventas.",
        "Si quiere, le paso con ventas.",
        "No puedo transferirle a ese número.",
        "No le paso con nadie.",
        "¿En qué puedo ayudarle?",
        "Le paso con ventas. ¿Está bien?",
        "En cuanto sepa su nombre le comunico.",
    ],
    "fr": [
        "Voulez-vous que je vous transfère ?",
        "Je peux vous passer le service commercial.",
        "Je ne vous transfère pas.",
        "Dès que j'ai votre nom, je vous passe le service.",
        "Comment puis-je vous aider ?",
        "Je vous passe l'accueil. Cela vous convient ?",
    ],
    "de": [
        "Soll ich Sie mit dem Vertrieb verbinden?",
        "Ich kann Sie mit dem Vertrieb verbinden.",
        "Wenn Sie mir Ihren Namen sagen, verbinde ich Sie.",
        "Ich verbinde Sie nicht.",
        "Wie kann ich Ihnen helfen?",
        "Ich verbinde Sie mit dem Vertrieb. Ist das recht?",
    ],
}
YES = {
    "en": ["Yes.", "yes please", "Yeah, sure.", "OK, go ahead, thanks!", "Please do.", "Um, yes."],
    "es": ["Sí.", "sí, por favor", "Claro que sí, gracias.", "Vale."],
    "fr": ["Oui.", "oui, s'il vous plaît", "D'accord, merci.", "Bien sûr !"],
    "de": ["Ja.", "ja, bitte", "Gerne, danke.", "Na klar."],
}
NOT_YES = {
    "en": ["No.", "yes but to billing", "no thanks", "what?", "", "not now please"],
    "es": ["No.", "sí, pero con facturación", "no gracias", ""],
    "fr": ["Non.", "oui mais à la facturation", "non merci", ""],
    "de": ["Nein.", "ja aber mit der Buchhaltung", "nein danke", ""],
}


def cases(table: dict[str, list[str]]) -> Any:
    return [(language, said) for language, each in table.items() for said in each]


@pytest.mark.parametrize(("language", "said"), cases(PROMISES))
def test_a_promise_is_noticed(language: str, said: str) -> None:
    assert promise_in(said, language)
    assert promise_in(f"Hmm. {said}", language) == promise_in(said, language)


@pytest.mark.parametrize(("language", "said"), cases(NONE))
def test_an_offer_a_question_a_condition_and_a_refusal_are_none(language: str, said: str) -> None:
    assert promise_in(said, language) == ""


@pytest.mark.parametrize(("language", "said"), cases(YES))
def test_a_yes_is_a_yes(language: str, said: str) -> None:
    assert says_yes(said, language)


@pytest.mark.parametrize(("language", "said"), cases(NOT_YES))
def test_anything_else_is_for_the_agent_to_understand(language: str, said: str) -> None:
    assert not says_yes(said, language)


def test_no_language_lacks_a_table() -> None:
    assert set(PROMISES) == set(NONE) == set(YES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("I'll put you through to sales.", "sales"),
        ("I'll put you through to the front desk.", "front-desk"),
        ("I'll put you through to Ann Lee.", "ann"),
        ("I'll put you through to sales or the front desk.", ""),
        ("I'll put you through to sales abroad.", "abroad"),
        ("I'll put you through to orders.", "sales"),
        ("I'll put you through to sales, that is Ann.", ""),
        ("I'll put you through to salesmen.", ""),
        ("I'll put you through.", ""),
    ],
)
def test_the_destination_is_the_one_that_was_named(said: str, name: str) -> None:
    ann = Destination("ann", "tel:+12125550111", spoken="Ann Lee", aliases=("Ann",))
    abroad = Destination("abroad", "tel:+12125550112", spoken="Sales Abroad")
    who = directory(sales={"aliases": ("orders",)}, more=[ann, abroad])
    assert named_in(said, who.offered()) == name
