package dev.messplus.local.run;

/**
 * A prompt whose right answer is known, so that the job can score every answer to it.
 *
 * @param id id of the request, unique in a run
 * @param kind kind of prompt, in words
 * @param metric wire name of the metric that compares an answer with {@code reference}
 */
public record LabelledPrompt(String id, String kind, String text, String reference, String metric) {

    /** The same prompt as a request of its own. */
    LabelledPrompt withId(String other) {
        return new LabelledPrompt(other, kind, text, reference, metric);
    }
}
