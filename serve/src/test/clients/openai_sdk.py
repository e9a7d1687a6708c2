"""OpenAI's SDK for Python against a door. ClientsIT sets OPENAI_BASE_URL and OPENAI_API_KEY."""

import openai

client = openai.OpenAI(max_retries=0)


def ask(number, **parameters):
    return client.chat.completions.create(
        model="gold", messages=[{"role": "user", "content": f"easy {number}"}], **parameters)


assert [model.id for model in client.models.list()] == ["gold"]

completion = ask(17, temperature=0.5, extra_body={"reference": "17", "metric": "exact"})
assert completion.choices[0].message.content == "17", completion
assert completion.choices[0].finish_reason == "stop", completion
assert completion.usage.total_tokens == 3, completion
assert completion.mess["score"] == 1, completion

chunks = list(ask(18, stream=True, stream_options={"include_usage": True}))
assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "18", chunks
assert chunks[-1].usage.completion_tokens == 1, chunks

try:
    ask(19, n=2)
    raise AssertionError("n=2 was accepted")
except openai.BadRequestError as error:
    assert error.status_code == 400 and error.param == "n", error
    assert "must be 1" in error.message, error

try:
    client.models.retrieve("platinum")
    raise AssertionError("there is no such SLA")
except openai.NotFoundError as error:
    assert error.code == "model_not_found", error

print("passed with openai", openai.__version__)
