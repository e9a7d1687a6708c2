package dev.messplus.parse;

import dev.messplus.record.ChatTurn;
import dev.messplus.record.DeadLetter.Reason;
import java.io.IOException;

/**
 * What a request asks: either a prompt or chat messages.
 *
 * @param text the text to embed: the prompt, or the texts of the messages, one per line
 * @param answeredLength length of what is before the last answer in {@code text}; 0 if there is
 *     none
 * @param lastMessageStart index in {@code text} where the last message with a text begins
 * @param otherParts number of parts of contents that are not text, such as images
 * @param messages the chat messages for the model server, a JSON array
 */
record Conversation(
        String text, int answeredLength, int lastMessageStart, int otherParts, String messages) {

    private static final int MAX_MESSAGES = 1_000;

    /** Which turn it is, and of which conversation. */
    ChatTurn turn() {
        return ChatTurn.of(text, answeredLength);
    }

    /** One message of the role user. */
    static Conversation ofPrompt(JsonCursor prompt) throws IOException, InvalidRecordException {
        int start = prompt.start();
        String text = prompt.text();
        if (text.isBlank()) {
            throw prompt.invalid(
                    Reason.MISSING_FIELD, "is missing or blank; send a prompt or messages");
        }
        // Its JSON as it was sent, in which unpaired surrogates are escaped: senders write them
        // when they cut a text within an emoji, and no encoder of UTF-8 accepts them unescaped.
        return new Conversation(
                text, 0, 0, 0, "[{\"role\":\"user\",\"content\":" + prompt.since(start) + "}]");
    }

    /**
     * Messages, which are passed on as they were sent.
     *
     * @param allowContentParts whether parts of a content may be other than text
     */
    static Conversation ofMessages(JsonCursor messages, boolean allowContentParts)
            throws IOException, InvalidRecordException {
        messages.require(messages.isArray(), "an array of at least one message");
        int start = messages.start();
        MessageReader reader = new MessageReader(allowContentParts);
        int count = 0;
        while (messages.nextElement()) {
            count++;
            reader.read(messages);
        }
        if (count == 0) {
            throw messages.invalid("must be an array of at least one message, was empty");
        }
        Fields.requireAtMost(MAX_MESSAGES, "messages", "messages", count);
        if (!reader.hasText()) {
            throw messages.invalid(Reason.MISSING_FIELD, "must contain text, but all are blank");
        }
        return new Conversation(
                reader.text(),
                reader.answeredLength(),
                reader.lastMessageStart(),
                reader.otherParts(),
                messages.since(start));
    }
}
