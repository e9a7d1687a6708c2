package dev.messplus.parse;

/** Counts what a parser leaves out of a record. */
public interface Ignored {

    /** Fields of a record were ignored, because records have none of their names. */
    void unknownFields(int count);

    /** A Kafka header does not travel on, because it is invalid or beyond a limit. */
    void header();
}
