package dev.messplus.parsing;

/** Counts what a parser leaves out of a record. */
public interface Ignored {

    /** A field that the record does not have was ignored. */
    void unknownField();

    /** A Kafka header does not travel on, because it is invalid or beyond a limit. */
    void header();
}
