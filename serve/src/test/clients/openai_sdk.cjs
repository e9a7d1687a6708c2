// OpenAI's SDK for Node against a door. ClientsIT sets OPENAI_BASE_URL and OPENAI_API_KEY.
"use strict";

const assert = require("node:assert/strict");
const OpenAI = require("openai");

const client = new OpenAI({ maxRetries: 0 });

function ask(number, parameters) {
  return client.chat.completions.create({
    model: "gold",
    messages: [{ role: "user", content: `easy ${number}` }],
    ...parameters,
  });
}

function line(number) {
  return JSON.stringify({
    custom_id: String(number),
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "gold", messages: [{ role: "user", content: `easy ${number}` }] },
  });
}

async function answersABatch() {
  const lines = [...Array(20).keys()].map(line);
  const prompts = [...lines, "no request"].join("\n");
  const file = await client.files.create({
    file: await OpenAI.toFile(Buffer.from(prompts), "prompts.jsonl"),
    purpose: "batch",
    expires_after: { anchor: "created_at", seconds: 3600 },
  });
  assert.equal(file.expires_at - file.created_at, 3600);
  assert.equal(await (await client.files.content(file.id)).text(), prompts);
  let batch = await client.batches.create({
    input_file_id: file.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
  });
  const deadline = Date.now() + 60_000;
  while (batch.status !== "completed") {
    assert.ok(Date.now() < deadline, JSON.stringify(batch));
    await new Promise((resolve) => setTimeout(resolve, 200));
    batch = await client.batches.retrieve(batch.id);
  }
  assert.deepEqual(batch.request_counts, { total: 21, completed: 20, failed: 1 });
  const results = (await (await client.files.content(batch.output_file_id)).text()).trim().split("\n").map((result) => JSON.parse(result));
  assert.equal(new Set(results.map((result) => result.custom_id)).size, 20);
  for (const result of results) {
    assert.equal(result.response.body.choices[0].message.content, result.custom_id);
  }
  assert.match(await (await client.files.content(batch.error_file_id)).text(), /line 21: /);
  const ids = [];
  for await (const each of client.batches.list({ limit: 1 })) {
    ids.push(each.id);
  }
  assert.ok(ids.includes(batch.id));
}

async function main() {
  const models = await client.models.list();
  assert.deepEqual(models.data.map((model) => model.id), ["gold"]);

  const completion = await ask(17, { temperature: 0.5, reference: "17", metric: "exact" });
  assert.equal(completion.choices[0].message.content, "17");
  assert.equal(completion.choices[0].finish_reason, "stop");
  assert.equal(completion.usage.total_tokens, 3);
  assert.equal(completion.mess.score, 1);

  let text = "";
  let usage;
  for await (const chunk of await ask(18, { stream: true, stream_options: { include_usage: true } })) {
    text += chunk.choices[0]?.delta.content ?? "";
    usage = chunk.usage;
  }
  assert.equal(text, "18");
  assert.equal(usage.completion_tokens, 1);

  await assert.rejects(
    () => ask(19, { n: 2 }),
    (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError, error);
      assert.equal(error.status, 400);
      assert.equal(error.param, "n");
      assert.match(error.message, /must be 1/);
      return true;
    });
  await assert.rejects(
    () => client.models.retrieve("platinum"),
    (error) => {
      assert.ok(error instanceof OpenAI.NotFoundError, error);
      assert.equal(error.code, "model_not_found");
      return true;
    });

  await answersABatch();

  console.log("passed with openai", require("openai/version").VERSION);
}

main();
