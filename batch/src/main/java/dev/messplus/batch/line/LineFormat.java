package dev.messplus.batch.line;

/** How the lines of a batch are written, and what the lines of its results look like. */
public interface LineFormat {

    /** Code of the error of a line that was not sent, because it is invalid. */
    String INVALID = "invalid_line";

    /**
     * Reads a line.
     *
     * @param line UTF-8, not blank
     * @param sla of lines that name none
     * @throws InvalidLineException if the line has another form. What the job would refuse in the
     *     request is not checked
     */
    LineRequest read(byte[] line, String sla) throws InvalidLineException;

    /**
     * What the job finds wrong with a request, in the words of a line.
     *
     * @param error begins with the field of the request, as the job names it
     */
    String inWordsOfALine(String error);

    /** The line for the answer to a line, or for why there is none. */
    String result(LineAnswer answer);

    /**
     * The line for a line that has no response.
     *
     * @param code why, for programs; {@link #INVALID} if the line is invalid
     * @param error why, for people
     */
    String error(RequestId id, String code, String error);

    /** The number of the line that a line of the results is about, from 1. */
    long lineOf(String result);
}
