"""OpenAI's SDK for Python against a door. ClientsIT sets OPENAI_BASE_URL and OPENAI_API_KEY."""

import json
import time

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


def line(number):
    return json.dumps({
        "custom_id": str(number), "method": "POST", "url": "/v1/chat/completions",
        "body": {"model": "gold", "messages": [{"role": "user", "content": f"easy {number}"}]}})


prompts = "\n".join([*map(line, range(20)), "no request"])
file = client.files.create(
    file=("prompts.jsonl", prompts.encode()), purpose="batch",
    expires_after={"anchor": "created_at", "seconds": 3600})
assert file.expires_at - file.created_at == 3600, file
assert client.files.content(file.id).text == prompts
batch = client.batches.create(
    input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"night": "1"})
deadline = time.time() + 60
while batch.status != "completed":
    assert time.time() < deadline, batch
    time.sleep(0.2)
    batch = client.batches.retrieve(batch.id)
assert batch.request_counts.to_dict() == {"total": 21, "completed": 20, "failed": 1}, batch
assert batch.metadata == {"night": "1"}, batch
results = [json.loads(each) for each in client.files.content(batch.output_file_id).text.splitlines()]
assert {each["custom_id"] for each in results} == set(map(str, range(20))), results
assert all(each["response"]["body"]["choices"][0]["message"]["content"] == each["custom_id"] for each in results)
assert "line 21: " in client.files.content(batch.error_file_id).text
assert batch.id in [each.id for each in client.batches.list(limit=1)]
assert client.files.delete(file.id).deleted

print("passed with openai", openai.__version__)
