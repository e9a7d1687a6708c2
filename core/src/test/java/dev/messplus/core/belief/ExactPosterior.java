package dev.messplus.core.belief;

import java.util.Arrays;
import java.util.List;

/**
 * The Gaussian over the shared and all own weights together, updated by one label at a time. Part 0
 * is the shared weights, part m + 1 those of model m.
 */
final class ExactPosterior {

    private final int width;
    private final double[] mean;
    private final double[][] covariance;

    /** Begins with what each belief knows, as if all were independent. */
    ExactPosterior(LinearBelief shared, List<LinearBelief> own) {
        width = shared.weights.length;
        mean = new double[width * (own.size() + 1)];
        covariance = new double[mean.length][mean.length];
        for (int part = 0; part <= own.size(); part++) {
            LinearBelief prior = part == 0 ? shared : own.get(part - 1);
            double[][] known = Matrices.unpack(prior.covariance, 1);
            for (int i = 0; i < width; i++) {
                mean[part * width + i] = prior.weights[i];
                System.arraycopy(known[i], 0, covariance[part * width + i], part * width, width);
            }
        }
    }

    void learn(int model, float[] x, double score, double noise) {
        double[] z = new double[mean.length];
        for (int i = 0; i < width; i++) {
            z[i] = i < width - 1 ? x[i] : 1;
            z[(model + 1) * width + i] = z[i];
        }
        double[] projection = Matrices.times(covariance, z);
        double variance = noise;
        double error = score;
        for (int i = 0; i < z.length; i++) {
            variance += z[i] * projection[i];
            error -= z[i] * mean[i];
        }
        for (int i = 0; i < z.length; i++) {
            mean[i] += projection[i] * error / variance;
            for (int j = 0; j < z.length; j++) {
                covariance[i][j] -= projection[i] * projection[j] / variance;
            }
        }
    }

    double[] mean(int part) {
        return Arrays.copyOfRange(mean, part * width, (part + 1) * width);
    }

    /** Covariance of a part, whatever the others are: the lower triangle, row by row. */
    double[] covariance(int part) {
        return Matrices.pack(block(covariance, part));
    }

    /** Covariance of a part if the others were known: the lower triangle, row by row. */
    double[] covarianceGivenTheOthers(int part) {
        return Matrices.pack(Matrices.inverse(block(Matrices.inverse(covariance), part)));
    }

    private double[][] block(double[][] matrix, int part) {
        double[][] block = new double[width][];
        for (int i = 0; i < width; i++) {
            block[i] =
                    Arrays.copyOfRange(matrix[part * width + i], part * width, (part + 1) * width);
        }
        return block;
    }
}
