package dev.messplus.embed.model;

/** Arithmetic on vectors of Euclidean length 1. */
public final class UnitVectors {

    private UnitVectors() {}

    /** Scales a vector in place to Euclidean length 1 and returns it; zeros stay zeros. */
    public static float[] normalise(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        if (squares > 0) {
            double scale = 1 / Math.sqrt(squares);
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] * scale);
            }
        }
        return vector;
    }
}
