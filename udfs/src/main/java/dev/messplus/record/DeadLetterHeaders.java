package dev.messplus.record;

/**
 * Names of the headers that state what is wrong with a record on the dead-letter topic. Their
 * values are text in UTF-8; numbers are decimal.
 */
public final class DeadLetterHeaders {

    /** What all of the names begin with, and no other header of a dead letter does. */
    public static final String PREFIX = "mess.dlq.";

    /** What is wrong, for programs: a {@link DeadLetter.Reason} in lower case. */
    public static final String REASON = PREFIX + "reason";

    /** What is wrong, for people. */
    public static final String DETAIL = PREFIX + "detail";

    /** Id of the request that the record is or is about; absent if it could not be read. */
    public static final String ID = PREFIX + "id";

    /** SLA that the record names; absent if it could not be read. */
    public static final String SLA = PREFIX + "sla";

    /** Topic that the record was read from. */
    public static final String TOPIC = PREFIX + "topic";

    /** Partition that the record was read from. */
    public static final String PARTITION = PREFIX + "partition";

    /** Offset of the record in its partition. */
    public static final String OFFSET = PREFIX + "offset";

    /** Timestamp of the record, in milliseconds since the epoch. */
    public static final String TIMESTAMP = PREFIX + "timestamp";

    /** Size of the original value in bytes; present only if the value was cut. */
    public static final String ORIGINAL_BYTES = PREFIX + "original.bytes";

    /** How many headers were left out; present only if some were. */
    public static final String HEADERS_DROPPED = PREFIX + "headers.dropped";

    /** Size of the original key in bytes; present only if the key was left out. */
    public static final String KEY_DROPPED = PREFIX + "key.dropped";

    private DeadLetterHeaders() {}
}
