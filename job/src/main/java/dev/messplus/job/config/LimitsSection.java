package dev.messplus.job.config;

/**
 * Section {@code limits}: the largest input that is accepted. Larger records become dead letters.
 *
 * @param maxPromptChars longest prompt, in characters
 * @param maxRecordBytes largest request record, in bytes
 */
public record LimitsSection(Integer maxPromptChars, Integer maxRecordBytes) {

    public LimitsSection {
        maxPromptChars = Defaults.or(maxPromptChars, Defaults.MAX_PROMPT_CHARS);
        maxRecordBytes = Defaults.or(maxRecordBytes, Defaults.MAX_RECORD_BYTES);
    }
}
