package dev.messplus;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.UnitVectors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Dependencies point one way: cli, then local, replay, and serve above batch, then job, then the
 * functions that the job calls, then energy and core, which stands on Java alone.
 */
@AnalyzeClasses(packages = "dev.messplus", importOptions = ArchitectureTest.ProductOnly.class)
class ArchitectureTest {

    private static final String JAVA = "java..";
    private static final String FLINK = "org.apache.flink..";
    private static final String JACKSON = "com.fasterxml.jackson..";

    /** Annotations for the compiler; nothing of it is there when the job runs. */
    private static final String BUILDERS = "io.soabase.recordbuilder.core..";

    private static final String SLF4J = "org.slf4j..";
    private static final String DJL = "ai.djl..";
    private static final String OPENTELEMETRY = "io.opentelemetry..";
    private static final String MATH = "org.apache.commons.math3..";
    private static final String ONNX = ours("sentence.onnx");
    private static final String DISTILL = ours("sentence.distill");

    /** The package alone, without the packages below it. */
    private static final String ENERGY_API = "dev.messplus.energy";

    private static final String CHECKS = ours("score.check");

    /** Validation of JSON, regular expressions in linear time, and detection of languages. */
    private static final String[] LIBRARIES_OF_CHECKS = {
        "com.networknt..", "com.google.re2j..", "opennlp.."
    };

    /** What every scorer may use. */
    private static final String[] SCORES = {
        ours("score"),
        ours("core"),
        ours("http"),
        ours("record"),
        ENERGY_API,
        ours("setting"),
        ours("sharing"),
        FLINK,
        JACKSON,
        SLF4J,
        JAVA
    };

    @ArchTest
    static void noClassNameTwice(JavaClasses classes) {
        Map<String, List<String>> packages =
                classes.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .collect(
                                groupingBy(
                                        JavaClass::getSimpleName,
                                        mapping(JavaClass::getPackageName, toList())));
        assertThat(packages)
                .isNotEmpty()
                .allSatisfy((name, places) -> assertThat(places).as(name).hasSize(1));
    }

    @ArchTest static final ArchRule CORE = only("core", JAVA);

    @ArchTest
    static final ArchRule ENERGY =
            classes()
                    .that()
                    .resideInAPackage(ENERGY_API)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(ENERGY_API, ours("http"), ours("setting"), JAVA);

    @ArchTest static final ArchRule SETTING = only("setting", JAVA);

    @ArchTest
    static final ArchRule ENERGY_SOURCE =
            only("energy.source", ENERGY_API, ours("energy.counter"), ours("setting"), JAVA);

    @ArchTest
    static final ArchRule ENERGY_COUNTER =
            only(
                    "energy.counter",
                    ENERGY_API,
                    ours("http"),
                    ours("setting"),
                    "com.sun.jna..",
                    SLF4J,
                    JAVA);

    @ArchTest static final ArchRule ENERGY_LEDGER = only("energy.ledger", ENERGY_API, JAVA);

    @ArchTest
    static final ArchRule ENERGY_METER =
            only(
                    "energy.meter",
                    ENERGY_API,
                    ours("energy.counter"),
                    ours("energy.ledger"),
                    SLF4J,
                    JAVA);

    /** Simulated servers have a ledger in simulated time, and no device. */
    @ArchTest
    static final ArchRule DEVICES_ARE_READ_THROUGH_METERS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(ours("energy"), ours("replay.serving"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ours("energy.counter"), ours("energy.ledger"));

    @ArchTest static final ArchRule HTTP = only("http", ours("setting"), JAVA, "javax.net.ssl..");

    @ArchTest static final ArchRule RECORD = only("record", ours("core"), BUILDERS, JACKSON, JAVA);

    @ArchTest static final ArchRule METRICS = only("metrics", FLINK, JAVA);

    @ArchTest
    static final ArchRule PARSING =
            only(
                    "parse",
                    ours("credit"),
                    ours("metrics"),
                    ours("record"),
                    ours("trace"),
                    FLINK,
                    JACKSON,
                    JAVA);

    @ArchTest static final ArchRule CREDITS = only("credit", FLINK, JAVA);

    @ArchTest static final ArchRule SHARING = only("sharing", SLF4J, JAVA);

    @ArchTest
    static final ArchRule TRACING =
            only("trace", ours("record"), ours("sharing"), OPENTELEMETRY, SLF4J, JAVA);

    @ArchTest
    static final ArchRule NOBODY_ELSE_KNOWS_OPENTELEMETRY =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ours("trace"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(OPENTELEMETRY);

    @ArchTest
    static final ArchRule ROUTING =
            only(
                    "route",
                    ours("core"),
                    ours("credit"),
                    ours("metrics"),
                    ours("record"),
                    ours("trace"),
                    BUILDERS,
                    FLINK,
                    SLF4J,
                    JAVA);

    @ArchTest
    static final ArchRule EMBEDDING =
            only("embed", ours("metrics"), ours("record"), FLINK, SLF4J, JAVA);

    @ArchTest
    static final ArchRule SENTENCE_MODELS =
            only("sentence", ours("embed"), DJL, FLINK, JACKSON, MATH, SLF4J, JAVA);

    /** Sentence models are a choice of the user: {@code ServiceLoader} finds them. */
    @ArchTest
    static final ArchRule NOBODY_BUT_THE_ZOO_OF_LOCAL_KNOWS_SENTENCE_MODELS =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus..")
                    .and()
                    .resideOutsideOfPackages(ours("sentence"), ours("local.zoo"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ours("sentence"), DJL);

    /** The build runs it; the cluster jar has neither it nor the algebra that it uses. */
    @ArchTest
    static final ArchRule NOBODY_USES_THE_DISTILLER =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus..")
                    .and()
                    .resideOutsideOfPackages(DISTILL, ours("replay"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(DISTILL, MATH);

    /** It runs everywhere: nothing of it is native, and it needs no other class loader. */
    @ArchTest
    static final ArchRule THE_STATIC_EMBEDDING_IS_PLAIN_JAVA =
            only("embed.tokens", ours("embed.model"), JAVA);

    @ArchTest
    static final ArchRule SCORING =
            classes()
                    .that()
                    .resideInAPackage(ours("score"))
                    .and()
                    .resideOutsideOfPackage(CHECKS)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(SCORES);

    @ArchTest
    static final ArchRule CHECKS_HAVE_LIBRARIES =
            classes()
                    .that()
                    .resideInAPackage(CHECKS)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            Stream.concat(Arrays.stream(SCORES), Arrays.stream(LIBRARIES_OF_CHECKS))
                                    .toArray(String[]::new));

    /** The configuration of the job is validated against a schema, too. */
    @ArchTest
    static final ArchRule NOBODY_ELSE_KNOWS_THE_LIBRARIES_OF_CHECKS =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus..")
                    .and()
                    .resideOutsideOfPackages(CHECKS, ours("job.config"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(LIBRARIES_OF_CHECKS);

    @ArchTest
    static final ArchRule INFERENCE =
            noneUse(
                    "infer",
                    "route",
                    "parse",
                    "embed",
                    "score.metric",
                    "score.check",
                    "score.combine",
                    "score.http",
                    "score.judge",
                    "score.sql");

    @ArchTest static final ArchRule DEADLINES = only("infer.deadline", JAVA);

    @ArchTest
    static final ArchRule ADMISSION_KNOWS_NO_CALL =
            noneUse("infer.admission", "infer.call", "infer.openai", "infer.charge");

    @ArchTest
    static final ArchRule THE_CLIENT_KNOWS_NO_CALL =
            noneUse("infer.openai", "infer.call", "infer.admission", "infer.charge");

    @ArchTest
    static final ArchRule CHARGES_KNOW_NO_CALL =
            noneUse("infer.charge", "infer.call", "infer.admission", "infer.openai");

    @ArchTest
    static final ArchRule JOB_KNOWS_NOTHING_OF_WHO_STARTS_IT =
            noneUse("job", "batch", "serve", "report", "local", "replay", "cli", "bench");

    /**
     * The timer of {@link CompletableFuture} is one thread of the JVM. A job that starts it leaves
     * its class loader behind in the TaskManager: the thread inherits it. A door is no job.
     */
    @ArchTest
    static final ArchRule NOTHING_OF_A_JOB_STARTS_THE_TIMER_OF_FUTURES =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus..")
                    .and()
                    .resideOutsideOfPackages(ours("local"), ours("serve"))
                    .should()
                    .callMethodWhere(
                            target(owner(type(CompletableFuture.class)))
                                    .and(
                                            target(
                                                    nameMatching(
                                                            "orTimeout|completeOnTimeout|delayedExecutor"))));

    @ArchTest
    static final ArchRule FUNCTIONS_KNOW_NOTHING_OF_THE_JOB =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            ours("record"),
                            ours("parse"),
                            ours("embed"),
                            ours("route"),
                            ours("infer"),
                            ours("score"),
                            ours("trace"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ours("job"),
                            ours("batch"),
                            ours("report"),
                            ours("local"),
                            ours("replay"),
                            ours("cli"));

    @ArchTest
    static final ArchRule REPORT =
            noClasses()
                    .that()
                    .resideInAPackage(ours("report"))
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("dev.messplus..")
                                    .and(
                                            JavaClass.Predicates.resideOutsideOfPackage(
                                                    ours("report"))));

    @ArchTest
    static final ArchRule MINICLUSTER =
            only("minicluster", FLINK, "org.apache.kafka..", "kafka..", "scala..", JAVA);

    @ArchTest
    static final ArchRule BATCH =
            noneUse(
                    "batch", "serve", "report", "local", "replay", "cli", "bench", "route",
                    "infer");

    @ArchTest
    static final ArchRule SERVE =
            noneUse("serve", "report", "local", "replay", "cli", "bench", "route", "infer");

    @ArchTest
    static final ArchRule LINES_ARE_TEXT_ALONE =
            only("batch.line", ours("batch.chat"), ours("record"), JACKSON, JAVA);

    @ArchTest static final ArchRule CHAT = only("batch.chat", ours("record"), JACKSON, JAVA);

    @ArchTest static final ArchRule LOCAL = noneUse("local", "replay", "cli", "bench");

    @ArchTest static final ArchRule REPLAY = noneUse("replay", "local", "cli", "bench");

    @ArchTest static final ArchRule CLI = noneUse("cli", "bench");

    /** The jar with ONNX has it in a jar of its own inside, with just these two beside it. */
    @ArchTest
    static final ArchRule ONNX_STANDS_ALONE =
            classes()
                    .that()
                    .resideInAPackage(ONNX)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(ONNX, DJL, JACKSON, JAVA)
                                    .or(type(Embedder.class))
                                    .or(type(UnitVectors.class)));

    /** On a cluster nobody but SharedOnnx finds it; the distiller runs beside it. */
    @ArchTest
    static final ArchRule ONNX_IS_REACHED_THROUGH_SHARED_ONNX =
            noClasses()
                    .that()
                    .resideInAPackage(ours("sentence"))
                    .and()
                    .resideOutsideOfPackages(ONNX, DISTILL)
                    .and()
                    .doNotHaveSimpleName("SharedOnnx")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ONNX, DJL);

    @ArchTest
    static final ArchRule CONFIGURATION_DEPENDS_ON_NO_OTHER_PART_OF_THE_JOB =
            noClasses()
                    .that()
                    .resideInAPackage(ours("job.config"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.messplus.job", ours("job.pipeline"), ours("job.kafka"));

    @ArchTest
    static final ArchRule THE_JOB_KNOWS_KAFKA_IN_ONE_PACKAGE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            ours("job.kafka"),
                            ours("batch.kafka"),
                            ours("serve.kafka"),
                            ours("minicluster"),
                            ours("local"),
                            ours("cli"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector.kafka..");

    @ArchTest
    static final ArchRule THE_ZOO_IS_ONE_LIKE_ANY_OTHER =
            noneUse("local.zoo", "job", "route", "infer", "local.run");

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_IN_A_CYCLE =
            slices().assignedFrom(slicesOf("packages", JavaClass::getPackageName))
                    .should()
                    .beFreeOfCycles();

    @ArchTest static final ArchRule NO_CLASS_OF_CORE_IS_IN_A_CYCLE = noClassIsInACycle("core");

    @ArchTest
    static final ArchRule NO_REPLAY_POLICY_IS_IN_A_CYCLE = noClassIsInACycle("replay.policy");

    /** Generated builders and Jackson fill large records by name; nobody counts arguments. */
    @ArchTest
    static final ArchRule NOBODY_PASSES_MORE_THAN_SIX_ARGUMENTS =
            noClasses()
                    .that()
                    .haveNameNotMatching(".*Builder(\\$.*)?")
                    .should()
                    .callCodeUnitWhere(target(takesMoreThanSixArguments()));

    private static DescribedPredicate<AccessTarget.CodeUnitCallTarget> takesMoreThanSixArguments() {
        return describe(
                "takes more than six arguments",
                target ->
                        target.getOwner().getPackageName().startsWith("dev.messplus")
                                && target.getRawParameterTypes().size() > 6);
    }

    /** Without tests, those of other modules in their jars, and what tests share. */
    static final class ProductOnly implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/")
                    && !location.contains("-tests.jar")
                    && !location.contains("/testkit/");
        }
    }

    /** Nested classes belong to the class around them, and generated builders to their record. */
    private static ArchRule noClassIsInACycle(String name) {
        String title = "top-level classes in " + ours(name);
        return slices().assignedFrom(
                        slicesOf(
                                title,
                                type ->
                                        resideInAnyPackage(ours(name)).test(type)
                                                ? type.getName()
                                                        .replaceFirst("(Builder)?(\\$.*)?$", "")
                                                : ""))
                .should()
                .beFreeOfCycles();
    }

    /**
     * Assigns classes to slices.
     *
     * @param slice name of the slice of a class; empty if it is in none
     */
    private static SliceAssignment slicesOf(String title, Function<JavaClass, String> slice) {
        return new SliceAssignment() {

            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = slice.apply(type);
                return name.isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(name);
            }

            @Override
            public String getDescription() {
                return title;
            }
        };
    }

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

    private static ArchRule noneUse(String name, String... forbidden) {
        return noClasses()
                .that()
                .resideInAPackage(ours(name))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Arrays.stream(forbidden)
                                .map(ArchitectureTest::ours)
                                .toArray(String[]::new));
    }

    private static String ours(String name) {
        return "dev.messplus." + name + "..";
    }
}
