"""Asks a server as Python's clients of LibreTranslate, DeepL and OpenAI do.

    python scripts/server/python_clients.py ADDRESS

ADDRESS is that of scripts/server/contract_server.ts; scripts/server/python_contract.sh starts it, and makes
an environment with the packages.
"""

import sys

import deepl
import openai
from deep_translator import LibreTranslator
from libretranslatepy import LibreTranslateAPI

address = sys.argv[1].rstrip("/")


def check(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def libretranslatepy():
    for base in (address, address + "/"):
        api = LibreTranslateAPI(base)
        check(api.translate("Open it.", "en", "de"), "OPEN IT.")
        check([language["code"] for language in api.languages()], ["en", "de"])
        check(api.detect("Guten Morgen, wie geht es dir?")[0]["language"], "de")


def deep_translator():
    # It puts "translate" behind the address, which has to end with a slash.
    for base in (address + "/", address + "//"):
        translator = LibreTranslator(source="en", target="de", custom_url=base, api_key="any")
        check(translator.translate("Open it."), "OPEN IT.")
        check(translator.translate_batch(["a", "b"]), ["A", "B"])


def deepl_client():
    translator = deepl.Translator("any", server_url=address)
    check(translator.translate_text("Open it.", target_lang="DE", source_lang="EN").text, "OPEN IT.")
    german = "Guten Morgen, wie geht es dir heute?"
    first, second = translator.translate_text([german, "Das ist gut so."], target_lang="EN-US")
    check((first.text, first.detected_source_lang), (german.upper(), "DE"))
    check(second.text, "DAS IST GUT SO.")
    html = translator.translate_text(
        "<p>Open <b>it</b>.</p>", target_lang="DE", source_lang="EN", tag_handling="html"
    )
    check(html.text, "<p>OPEN <b>IT</b>.</p>")
    check([language.code for language in translator.get_source_languages()], ["EN", "DE"])
    check([language.code for language in translator.get_target_languages()], ["EN", "DE"])
    assert translator.get_usage().character.count > 0
    try:
        translator.translate_text("Open it.", target_lang="DE", formality="more")
    except deepl.DeepLException as error:
        assert "formality" in str(error), error
    else:
        raise AssertionError("formality more was taken")


def openai_client():
    client = openai.OpenAI(api_key="any", base_url=address + "/v1", max_retries=0)
    texts = ["the cat sat", "who"]
    coded = client.embeddings.create(model="tiny-model", input=texts)
    plain = client.embeddings.create(model="tiny-model", input=texts, encoding_format="float")
    for one, other in zip(coded.data, plain.data):
        assert max(abs(a - b) for a, b in zip(one.embedding, other.embedding)) < 1e-6
    check(coded.usage.prompt_tokens, 8)
    ask = {"model": "tiny-gpt", "prompt": "ABC", "max_tokens": 6, "seed": 3, "temperature": 2}
    whole = client.completions.create(**ask).choices[0].text
    pieces = [chunk.choices[0].text for chunk in client.completions.create(**ask, stream=True)]
    check("".join(pieces), whole)
    check([model.id for model in client.models.list()][-1], "tiny-gpt")
    try:
        client.embeddings.create(model="none", input=texts)
    except openai.NotFoundError as error:
        assert "There is no such model here" in str(error.body), error.body
    else:
        raise AssertionError("an unknown model was taken")


failures = 0
for client in (libretranslatepy, deep_translator, deepl_client, openai_client):
    try:
        client()
        print(f"ok      {client.__name__}")
    except Exception as error:  # every client is tried
        failures += 1
        print(f"FAILED  {client.__name__}: {type(error).__name__}: {error}")
sys.exit(1 if failures else 0)
