from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.voice.phrases import LANGUAGES, Phrases
from transfer_call.voice.stop_phrases import wants_stop

STOP = {
    "en": [
        "wait",
        "Wait!",
        "Wait, wait, wait.",
        "WAIT",
        "no",
        "No.",
        "No, no, no.",
        "nope",
        "Oh no.",
        "Uh, no.",
        "hang on",
        "Hang on a sec.",
        "ok hold on",
        "hold up",
        "Stop.",
        "please stop",
        "Actually, I need billing.",
        "actually no",
        "not sales",
        "Not sales, support.",
        "Sorry, not them.",
        "cancel",
        "Cancel, please.",
        "Cancel that.",
        "never mind",
        "Nevermind.",
        "I changed my mind",
        "I've changed my mind, sorry.",
        "One moment, please.",
        "just a second",
        "Give me a minute.",
        "Sales? No.",
        "no thanks",
        "No, thank you.",
        "I meant billing.",
        "could I have billing instead",
        "That's the wrong department.",
        "don't",
        "Don't transfer me.",
        "I don't want to be transferred",
        "put me through to sales wait",
        "One more question.",
        "Yes, no, wait.",
        "let me think",
        "no problem but wait",
        "[cough] wait",
        "go back",
        "um hold",
        "No, one moment.",
        "okay, before you do that",
        "Can I talk to someone else?",
        "Forget it.",
        "yeah no",
        "no worries, hang on",
    ],
    "es": [
        "espere",
        "Espere, por favor.",
        "¡Espera!",
        "no",
        "No.",
        "No, no.",
        "Ay, no.",
        "eh no",
        "un momento",
        "Un momento, por favor.",
        "Un momentito.",
        "Un segundo.",
        "Pare.",
        "alto",
        "stop",
        "Cancele.",
        "cancelar",
        "Cancélelo.",
        "Olvídelo.",
        "olvidalo",
        "Déjelo así.",
        "He cambiado de opinión.",
        "cambié de opinión",
        "En realidad, quiero facturación.",
        "ventas no, no quiero",
        "no ventas",
        "No, ventas no.",
        "Mejor con recepción.",
        "mejor no",
        "No me pase todavía.",
        "Todavía no.",
        "Aún no.",
        "perdón, no",
        "Quise decir soporte.",
        "Me equivoqué.",
        "Quiero hablar con otra persona.",
        "Es otro departamento.",
        "Una pregunta, por favor.",
        "No, gracias.",
        "Claro que no.",
        "bueno espere",
        "[tos] espere",
        "Déjeme pensar.",
        "Una cosa más.",
        "sí, sí, no, espere",
        "Para, para.",
        "A ver, no.",
    ],
    "fr": [
        "attendez",
        "Attendez !",
        "Attendez, s'il vous plaît.",
        "attends",
        "non",
        "Non.",
        "Non, non.",
        "Ah non.",
        "Euh, non.",
        "non merci",
        "Un instant.",
        "Un instant, s'il vous plaît.",
        "une seconde",
        "Une petite minute.",
        "un moment s'il vous plaît",
        "stop",
        "Stop !",
        "Arrêtez.",
        "Annulez.",
        "annuler",
        "Laissez tomber.",
        "laisse tomber",
        "J'ai changé d'avis.",
        "j’ai changé d’avis",
        "En fait, je voudrais la comptabilité.",
        "Finalement, le standard.",
        "Pas le service commercial.",
        "pas les ventes",
        "Pas tout de suite.",
        "pas encore",
        "Je préfère la comptabilité.",
        "plutôt le secrétariat",
        "Je voulais dire la facturation.",
        "Je me suis trompé.",
        "Ce n'est pas ça.",
        "Ne me transférez pas.",
        "je veux pas",
        "Je ne veux pas parler aux ventes.",
        "Encore une question.",
        "J'ai une question.",
        "oui non attendez",
        "[toux] attendez",
        "Laissez-moi réfléchir.",
        "bon, attendez",
        "Excusez-moi, non.",
        "Surtout pas.",
        "Retour.",
    ],
    "de": [
        "warten Sie",
        "Warten Sie bitte.",
        "Warte!",
        "warte mal",
        "nein",
        "Nein.",
        "Nein, nein.",
        "nee",
        "nö",
        "Oh nein.",
        "Äh, nein.",
        "ja nein",
        "Nein danke.",
        "halt",
        "Halt!",
        "Stopp.",
        "stop",
        "Moment",
        "Moment!",
        "Moment mal.",
        "einen Moment bitte",
        "Einen Moment, bitte.",
        "Moment bitte",
        "Einen Augenblick.",
        "Eine Sekunde.",
        "Sekunde!",
        "abbrechen",
        "Bitte abbrechen.",
        "Vergessen Sie es.",
        "Lassen Sie das.",
        "Ich hab's mir anders überlegt.",
        "Eigentlich wollte ich die Buchhaltung.",
        "eigentlich lieber die Zentrale",
        "Nicht den Vertrieb.",
        "nicht Vertrieb",
        "Doch nicht.",
        "Lieber nicht.",
        "noch nicht",
        "Ich meinte den Einkauf.",
        "Falsche Abteilung.",
        "Ich will nicht verbunden werden.",
        "Noch eine Frage.",
        "Bevor Sie das tun.",
        "ok warten sie",
        "[Husten] Moment",
        "Lassen Sie mich überlegen.",
        "Nicht so schnell!",
        "Ach so, nein.",
        "Zurück, bitte.",
        "Kein Problem, aber warten Sie noch kurz.",
    ],
}

GO_ON = {
    "en": [
        "",
        "   ",
        "...",
        "[cough]",
        "(coughing)",
        "*sighs*",
        "<noise>",
        "♪",
        "mhm",
        "Mm-hmm.",
        "uh",
        "um",
        "ok",
        "OK thanks",
        "OK, thanks.",
        "okay great",
        "thank you",
        "Thanks a lot!",
        "yes",
        "Yes please.",
        "yes please go ahead",
        "sure",
        "no problem",
        "No problem!",
        "no problem, thanks",
        "no worries",
        "no worries, thanks",
        "No rush.",
        "I can't wait",
        "Can’t wait!",
        "alright wait for it",
        "I'll wait",
        "I can wait.",
        "I will hold.",
        "I'll hold on",
        "how long is the wait",
        "I had to wait forever last time",
        "No, that's fine.",
        "no that's right",
        "No no, go ahead.",
        "no, I don't mind",
        "Actually, that's great.",
        "Not at all.",
        "not a problem",
        "Don't worry.",
        "great, sales is right",
        "at the moment I'm at work",
        "I need to cancel my subscription",
        "it's about the bus stop",
        "my heating stopped working",
        "I have no idea who to ask",
        "I have not yet received my invoice",
        "I know",
        "Yeah, no, that's fine.",
        "perfect",
        "bye",
        "I have a question about my bill.",
        "I'll put you through to sales.",
        "I don't want to wait any longer",
    ],
    "es": [
        "",
        "[tos]",
        "(risas)",
        "mhm",
        "ajá",
        "eh",
        "vale",
        "Vale, gracias.",
        "ok gracias",
        "sí",
        "Sí, por favor.",
        "sí, adelante",
        "claro",
        "Muy bien, gracias.",
        "perfecto",
        "de acuerdo",
        "no hay problema",
        "No hay problema, gracias.",
        "ningún problema",
        "no se preocupe",
        "No pasa nada.",
        "no importa",
        "No tengo prisa.",
        "no, no pasa nada",
        "No, está bien.",
        "No, así está bien, gracias.",
        "No, adelante.",
        "no puedo esperar",
        "espero",
        "Sí, espero.",
        "puedo esperar",
        "¿cuánto es la espera?",
        "estuve mucho tiempo en espera",
        "cómo no",
        "¿Por qué no?",
        "Me pasa con ventas, ¿no?",
        "en este momento estoy en casa",
        "llamé hace un momento",
        "quiero cancelar mi pedido",
        "creo que no contestan",
        "eso no funciona",
        "todavía no me ha llegado la factura",
        "no cuelgo",
        "muchas gracias",
        "Le paso con ventas.",
        "hola",
    ],
    "fr": [
        "",
        "[toux]",
        "(rires)",
        "mmh",
        "hum",
        "euh",
        "oui",
        "Oui, merci.",
        "d'accord",
        "D'accord, merci.",
        "ok merci",
        "très bien",
        "parfait",
        "merci beaucoup",
        "oui allez-y",
        "Je vous en prie.",
        "pas de problème",
        "Pas de problème, merci.",
        "pas de souci",
        "Pas de soucis !",
        "pas grave",
        "C'est pas grave.",
        "Pas du tout.",
        "je ne suis pas pressé",
        "Non, c'est bon.",
        "Non non, allez-y.",
        "non, pas de souci",
        "Non, ça va, merci.",
        "pourquoi pas",
        "je patiente",
        "J'attends.",
        "je vais attendre",
        "pour le moment ça va",
        "j'ai appelé il y a un instant",
        "dans un instant",
        "je n'ai pas encore reçu ma facture",
        "je voudrais annuler mon abonnement",
        "Vous me passez les ventes, non ?",
        "En fait, c'est parfait.",
        "j'ai une question sur ma facture",
        "bien sûr",
        "sans problème",
        "Je vous mets en relation avec le standard.",
        "bonjour",
        "ne vous inquiétez pas",
        "je préfère attendre",
    ],
    "de": [
        "",
        "[Husten]",
        "(lacht)",
        "mhm",
        "hm",
        "äh",
        "ja",
        "Ja bitte.",
        "ja gerne",
        "okay",
        "Okay, danke.",
        "danke",
        "Vielen Dank!",
        "alles klar",
        "gut, danke",
        "super",
        "perfekt",
        "kein Problem",
        "Kein Problem, danke.",
        "keine Eile",
        "Keine Sorge.",
        "nicht schlimm",
        "Nicht so schlimm.",
        "nein, alles gut",
        "Nein, passt schon.",
        "Nein, kein Problem.",
        "Nein nein, machen Sie ruhig.",
        "Nein, das ist in Ordnung.",
        "im Moment",
        "im Moment ja",
        "Ich bin im Moment unterwegs.",
        "Ich habe vor einem Moment angerufen.",
        "ich warte",
        "Ja, ich warte gerne.",
        "dann warte ich",
        "ich kann warten",
        "warum nicht",
        "Sie verbinden mich mit dem Vertrieb, ne?",
        "Das ist der Vertrieb, oder?",
        "ich möchte meinen Vertrag kündigen",
        "Ich habe die Rechnung noch nicht bekommen.",
        "Ich habe eine Frage zu meiner Rechnung.",
        "das macht nichts",
        "gern geschehen",
        "Ich verbinde Sie mit dem Vertrieb.",
        "ich wollte wissen, ob Sie offen haben",
        "Eigentlich gerne.",
        "hallo",
        "ich will nicht stören",
        "stimmt",
    ],
}


@pytest.mark.parametrize(
    ("language", "said"), [(lang, text) for lang, texts in STOP.items() for text in texts]
)
def test_a_caller_who_wants_to_stop_is_understood(language: str, said: str) -> None:
    assert wants_stop(said, language)


@pytest.mark.parametrize(
    ("language", "said"), [(lang, text) for lang, texts in GO_ON.items() for text in texts]
)
def test_an_acknowledgement_or_a_noise_stops_nothing(language: str, said: str) -> None:
    assert not wants_stop(said, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_tried_with_at_least_forty_utterances_on_each_side(language: str) -> None:
    assert min(len(set(STOP[language])), len(set(GO_ON[language]))) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_echo_of_our_own_words_does_not_stop_the_transfer(language: str) -> None:
    phrases = Phrases(language)
    said = [
        key
        for key in phrases.placeholders
        if key.startswith(
            ("announce", "already", "bear_with_me", "trying", "busy", "no_answer", "declined")
        )
        or key in ("please_wait", "still_trying", "unreachable", "unreachable_unnamed")
    ]
    values = {"label": "Anna Meyer"}
    for key in said:
        fields = {name: values[name] for name in phrases.placeholders[key]}
        for sentence in phrases.sentences(key, **fields):
            assert not wants_stop(sentence, language), sentence


@pytest.mark.parametrize("variant", [str.upper, str.title, lambda text: f" … {text} "])
@pytest.mark.parametrize("language", LANGUAGES)
def test_case_and_surroundings_do_not_matter(language: str, variant: Any) -> None:
    assert all(wants_stop(variant(text), language) for text in STOP[language])
    assert not any(wants_stop(variant(text), language) for text in GO_ON[language])


def test_a_region_has_its_languages_phrases() -> None:
    assert wants_stop("espere", "es-MX")
    assert wants_stop("wait", "en_GB")


def test_a_language_without_phrases_is_refused() -> None:
    with pytest.raises(ValueError, match="'it'"):
        wants_stop("aspetti", "it")


def _data(language: str) -> dict[str, list[str]]:
    path = files("transfer_call.voice").joinpath("stop", f"{language}.toml")
    return tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_of_the_data_does_what_its_list_says(language: str) -> None:
    data = _data(language)
    for phrase in [*data["anywhere"], *data["leading"], *data["alone"]]:
        assert wants_stop(phrase, language), phrase
    for phrase in [*data["harmless"], *data["fillers"], *data["approvals"]]:
        assert not wants_stop(phrase, language), phrase
    for no in data["negations"]:
        for approval in data["approvals"]:
            assert not wants_stop(f"{no}, {approval}", language), (no, approval)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_lists_without_repetitions(language: str) -> None:
    data = _data(language)
    assert data.keys() == _data("en").keys()
    for phrases in data.values():
        assert len(phrases) == len(set(phrases))


@settings(max_examples=100)
@given(text=st.text(max_size=60), language=st.sampled_from(LANGUAGES))
def test_no_transcript_breaks_it(text: str, language: str) -> None:
    assert wants_stop(text, language) in (True, False)


@settings(max_examples=100)
@given(
    noise=st.sampled_from(["[cough]", "(laughter)", "<unk>", "♪♪", "…", " - "]),
    text=st.sampled_from([(lang, text) for lang in LANGUAGES for text in STOP[lang] + GO_ON[lang]]),
)
def test_noise_around_words_changes_nothing(noise: str, text: tuple[str, str]) -> None:
    language, said = text
    assert wants_stop(f"{noise} {said} {noise}", language) == wants_stop(said, language)
