"""The chat model of Flink Agents against a door. ClientsIT sets OPENAI_BASE_URL and OPENAI_API_KEY."""

import importlib.metadata
import os

import openai
from flink_agents.api.chat_message import ChatMessage, MessageRole
from flink_agents.integrations.chat_models.openai.openai_chat_model import (
    OpenAIChatModelConnection,
    OpenAIChatModelSetup,
)

connection = OpenAIChatModelConnection(
    api_base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"], max_retries=0)


def ask(model, prompt):
    setup = OpenAIChatModelSetup(connection="door", model=model, max_tokens=5)
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content="Answer with the number."),
        ChatMessage(role=MessageRole.USER, content=prompt),
    ]
    return connection.chat(messages, **setup.model_kwargs)


answer = ask("gold", "easy 17")
assert answer.role == MessageRole.ASSISTANT and answer.content == "17", answer
assert answer.extra_args["completionTokens"] == 1, answer

try:
    ask("platinum", "easy 18")
    raise AssertionError("there is no such SLA")
except openai.NotFoundError as error:
    assert 'no SLA "platinum"' in error.message, error

print("passed with flink-agents", importlib.metadata.version("flink-agents"))
