package dev.messplus.job.config;

/**
 * Section {@code limits}: the input that is accepted. Other records become dead letters.
 *
 * @param maxPromptChars longest prompt, in characters
 * @param maxRecordBytes largest request record, in bytes
 * @param allowContentParts whether parts of a message may be other than text
 */
public record LimitsSection(
        Integer maxPromptChars, Integer maxRecordBytes, Boolean allowContentParts) {

    public LimitsSection {
        maxPromptChars = Defaults.or(maxPromptChars, Defaults.MAX_PROMPT_CHARS);
        maxRecordBytes = Defaults.or(maxRecordBytes, Defaults.MAX_RECORD_BYTES);
        allowContentParts = Defaults.or(allowContentParts, Defaults.ALLOW_CONTENT_PARTS);
    }
}
