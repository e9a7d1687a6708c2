package dev.messplus.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class OrthonormalBasisTest {

    private static final float[] X = {1, 0, 0};
    private static final float[] BETWEEN_X_AND_Y = {.6f, .8f, 0};

    @Test
    void laterVectorsAddTheirOrthogonalComponent() {
        var basis = new OrthonormalBasis(List.of(X, BETWEEN_X_AND_Y));

        assertThat(coordinates(basis, X)).containsExactly(new float[] {1, 0}, within(1e-6f));
        assertThat(coordinates(basis, BETWEEN_X_AND_Y))
                .containsExactly(new float[] {.6f, .8f}, within(1e-6f));
        assertThat(coordinates(basis, new float[] {.48f, .6f, .64f}))
                .containsExactly(new float[] {.48f, .6f}, within(1e-6f));
    }

    @Test
    void vectorsWithoutANewDirectionHaveTheCoordinateZero() {
        float[] almostX = {1, 9e-4f, 0};
        float[] nothing = {0, 0, 0};
        var basis = new OrthonormalBasis(List.of(X, X, almostX, nothing, BETWEEN_X_AND_Y));

        assertThat(basis.size()).isEqualTo(5);
        assertThat(coordinates(basis, BETWEEN_X_AND_Y))
                .containsExactly(new float[] {.6f, 0, 0, 0, .8f}, within(1e-6f));
    }

    @Test
    void aShortRemainderIsADirection() {
        float[] nearX = {1, 2e-3f, 0};
        var basis = new OrthonormalBasis(List.of(X, nearX));

        assertThat(coordinates(basis, BETWEEN_X_AND_Y))
                .containsExactly(new float[] {.6f, .8f}, within(1e-6f));
    }

    @Test
    void moreVectorsThanDimensionsSpanTheSpace() {
        var basis =
                new OrthonormalBasis(
                        List.of(
                                X,
                                BETWEEN_X_AND_Y,
                                new float[] {0, .6f, .8f},
                                new float[] {0, 0, 1}));

        assertThat(coordinates(basis, new float[] {0, -1, 0}))
                .containsExactly(new float[] {0, -1, 0, 0}, within(1e-6f));
    }

    private static float[] coordinates(OrthonormalBasis basis, float[] vector) {
        var coordinates = new float[basis.size()];
        basis.coordinates(vector, coordinates);
        return coordinates;
    }
}
