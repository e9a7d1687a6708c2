package dev.messplus.score.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The length of the longest common subsequence, computed with bit vectors.
 *
 * <p>Adjacent cells in a column of the dynamic programming table differ by 0 or 1, so a column is a
 * bit vector, and one addition computes the next column from it (Crochemore et al., 2001; Hyyrö,
 * 2004). The table is cut into stripes of 64 rows. A stripe passes only the carry of the addition
 * in each column to the next stripe. This takes 1/64 of the time of the table, and memory
 * proportional to the number of tokens.
 */
final class CommonSubsequence {

    private CommonSubsequence() {}

    /** The length of the longest common subsequence of two lists. */
    static <T> int length(List<T> a, List<T> b) {
        Map<T, Integer> ids = new HashMap<>();
        a.forEach(token -> ids.putIfAbsent(token, ids.size()));
        int[] rows = a.stream().mapToInt(ids::get).toArray();
        // Tokens that a lacks cannot be part of a common subsequence.
        int[] columns = b.stream().filter(ids::containsKey).mapToInt(ids::get).toArray();

        int length = 0;
        long[] rowsOf = new long[ids.size()];
        byte[] carries = new byte[columns.length];
        for (int start = 0; start < rows.length; start += Long.SIZE) {
            int end = Math.min(start + Long.SIZE, rows.length);
            for (int row = start; row < end; row++) {
                rowsOf[rows[row]] |= 1L << (row - start);
            }
            length += stripe(columns, rowsOf, carries);
            Arrays.stream(rows, start, end).forEach(id -> rowsOf[id] = 0);
        }
        return length;
    }

    /**
     * Computes the columns of one stripe.
     *
     * @param rowsOf for each token, the rows of the stripe that contain it
     * @param carries for each column, the carry into the stripe; on return, the carry out of it
     * @return by how many tokens the stripe lengthens the subsequence
     */
    private static int stripe(int[] columns, long[] rowsOf, byte[] carries) {
        long flat = -1; // a clear bit: the table's last column steps up in this row
        for (int column = 0; column < columns.length; column++) {
            long matches = rowsOf[columns[column]];
            long kept = flat & matches;
            long sum = flat + kept + carries[column];
            carries[column] = (byte) ((kept | (flat & ~sum)) >>> (Long.SIZE - 1));
            flat = sum | (flat & ~matches);
        }
        return Long.bitCount(~flat);
    }
}
