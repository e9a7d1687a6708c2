package dev.messplus.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A request to {@link TestModels} or {@link FaultyModels}. Its prompt says how hard it is and what
 * is right: {@code "easy 17"} is answered with {@code "17"}. The id is {@code r17} and the SLA
 * {@code gold} unless set; the job scores the answer unless the request is {@link #unscored}.
 */
public final class TestRequest {

    private static final List<String> DIFFICULTIES = List.of("easy", "fair", "hard");

    private final int number;
    private final String difficulty;
    private String id;
    private String sla = "gold";
    private String manner = "";
    private boolean scored = true;

    private TestRequest(int number, String difficulty) {
        this.number = number;
        this.difficulty = difficulty;
        this.id = "r" + number;
    }

    /** A request that every model answers. */
    public static TestRequest easy(int number) {
        return new TestRequest(number, "easy");
    }

    /** A request that only the large model answers. */
    public static TestRequest hard(int number) {
        return new TestRequest(number, "hard");
    }

    /** An easy request for an even number, a hard one for an odd number. */
    public static TestRequest easyOrHard(int number) {
        return isHard(number) ? hard(number) : easy(number);
    }

    /** Whether {@link #easyOrHard} makes a hard request of a number. */
    public static boolean isHard(int number) {
        return number % 2 == 1;
    }

    /** An easy, a fair or a hard request, in turn. */
    public static TestRequest ofAnyDifficulty(int number) {
        return new TestRequest(number, DIFFICULTIES.get(number % DIFFICULTIES.size()));
    }

    public TestRequest id(String other) {
        id = other;
        return this;
    }

    public TestRequest sla(String other) {
        sla = other;
        return this;
    }

    /** Has no reference: its answer waits for a label. */
    public TestRequest unscored() {
        scored = false;
        return this;
    }

    /** Is answered after a while. */
    public TestRequest slowly() {
        manner = " slowly";
        return this;
    }

    /** Is not answered while {@link TestModels#hold} holds answers. */
    public TestRequest held() {
        manner = " held";
        return this;
    }

    /** The SLA, by which the record is keyed. */
    public String sla() {
        return sla;
    }

    /** The record on the requests topic. */
    public String json() {
        ObjectNode json =
                TestJson.MAPPER
                        .createObjectNode()
                        .put("id", id)
                        .put("sla", sla)
                        .put("prompt", difficulty + " " + number + manner);
        if (scored) {
            json.put("reference", String.valueOf(number)).put("metric", "exact");
        }
        return json.toString();
    }
}
