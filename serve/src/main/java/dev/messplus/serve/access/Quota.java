package dev.messplus.serve.access;

/**
 * What a tenant may have stored, over all doors.
 *
 * @param openBatches most batches that are not at their end
 * @param fileBytes size of the largest file that it may upload
 * @param storedBytes size of all its files, those of its batches included
 */
public record Quota(int openBatches, long fileBytes, long storedBytes) {

    /** That of a tenant for whom the file of keys says nothing else. */
    static final Quota DEFAULT = new Quota(100, 1L << 30, 20L << 30);
}
