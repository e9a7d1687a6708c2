package dev.messplus;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.messplus.embedding.Embedder;
import dev.messplus.embedding.UnitVectors;
import java.util.Arrays;

/** Arrows between the packages point one way; the algorithm stands on Java alone. */
@AnalyzeClasses(packages = "dev.messplus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String JAVA = "java..";
    private static final String FLINK = "org.apache.flink..";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String SLF4J = "org.slf4j..";
    private static final String DJL = "ai.djl..";
    private static final String ONNX_PACKAGE = ours("embedding.onnx");

    @ArchTest static final ArchRule CORE = only("core", JAVA);

    @ArchTest static final ArchRule RECORD = only("record", ours("core"), JACKSON, JAVA);

    @ArchTest static final ArchRule PARSING = only("parsing", ours("record"), FLINK, JACKSON, JAVA);

    @ArchTest
    static final ArchRule ROUTING = only("routing", ours("core"), ours("record"), FLINK, JAVA);

    @ArchTest
    static final ArchRule EMBEDDING =
            only("embedding", ours("record"), DJL, FLINK, JACKSON, SLF4J, JAVA);

    /** The cluster jar has it in a jar of its own inside, with just these two beside it. */
    @ArchTest
    static final ArchRule ONNX =
            classes()
                    .that()
                    .resideInAPackage(ONNX_PACKAGE)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(ONNX_PACKAGE, DJL, JACKSON, JAVA)
                                    .or(type(Embedder.class))
                                    .or(type(UnitVectors.class)));

    @ArchTest
    static final ArchRule NOBODY_ELSE_HAS_IT_ON_THE_CLASS_PATH =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ONNX_PACKAGE)
                    .and()
                    .doNotHaveSimpleName("SharedOnnx")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ONNX_PACKAGE, DJL);

    @ArchTest static final ArchRule SCORING = only("scoring", FLINK, JAVA);

    @ArchTest
    static final ArchRule INFERENCE =
            classes()
                    .that()
                    .resideInAPackage(ours("inference"))
                    .should()
                    .onlyDependOnClassesThat()
                    .resideOutsideOfPackages(
                            ours("routing"), ours("parsing"), ours("embedding"), ours("scoring"));

    @ArchTest
    static final ArchRule ENERGY =
            noClasses()
                    .that()
                    .resideInAPackage(ours("energy"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            FLINK,
                            ours("core"),
                            ours("record"),
                            ours("routing"),
                            ours("parsing"),
                            ours("embedding"),
                            ours("scoring"),
                            ours("inference"));

    @ArchTest
    static final ArchRule NOTHING_KNOWS_ITS_USERS =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ours("job"), ours("local"), ours("bench"));

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.messplus.(*)..").should().beFreeOfCycles();

    private static ArchRule only(String name, String... allowed) {
        String[] withItself = Arrays.copyOf(allowed, allowed.length + 1);
        withItself[allowed.length] = ours(name);
        return classes()
                .that()
                .resideInAPackage(ours(name))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(withItself);
    }

    private static String ours(String name) {
        return "dev.messplus." + name + "..";
    }
}
