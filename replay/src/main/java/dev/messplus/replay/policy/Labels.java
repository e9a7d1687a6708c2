package dev.messplus.replay.policy;

/** When the score of an answer becomes known, which decides what can be served. */
public enum Labels {
    /**
     * A scorer scores each answer when it comes. So of several answers the one of best score is
     * served, where the request is labelled.
     */
    SCORER,
    /**
     * The score of an answer is known only after the requests in flight. So of several answers the
     * one of best forecast is served.
     */
    LATER
}
