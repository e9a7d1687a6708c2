package dev.messplus.core;

/**
 * The draws X_t. A draw is a hash of (seed, request id) and not a random number, so that a replay
 * after a failure explores the same requests.
 */
public final class Exploration {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final double TWO_POW_MINUS_53 = 0x1.0p-53;

    private Exploration() {}

    /**
     * A number that looks uniform over ids.
     *
     * @return the same value in [0, 1) for the same arguments, always
     */
    public static double draw(long seed, CharSequence requestId) {
        long hash = FNV_OFFSET ^ mix(seed);
        for (int i = 0; i < requestId.length(); i++) {
            hash = (hash ^ requestId.charAt(i)) * FNV_PRIME;
        }
        return (mix(hash) >>> 11) * TWO_POW_MINUS_53;
    }

    /** Finaliser of SplitMix64 (Steele, Lea, Flood 2014), which FNV-1a needs for its high bits. */
    private static long mix(long z) {
        z += 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
