package dev.messplus.parse;

/** Counts what a parser ignored. */
final class CountedIgnored implements Ignored {

    private int unknownFields;
    private int headers;

    @Override
    public void unknownFields(int count) {
        unknownFields += count;
    }

    @Override
    public void header() {
        headers++;
    }

    int unknownFields() {
        return unknownFields;
    }

    int headers() {
        return headers;
    }
}
