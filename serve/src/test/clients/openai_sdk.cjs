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

  console.log("passed with openai", require("openai/version").VERSION);
}

main();
