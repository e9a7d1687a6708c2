package dev.messplus.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.messplus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_EMBEDDED_DEFAULT =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus..")
                    .and()
                    .resideOutsideOfPackage("dev.messplus.local..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.messplus.local..");

    @ArchTest
    static final ArchRule THE_ZOO_IS_ONE_LIKE_ANY_OTHER =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus.local.zoo..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.messplus.job..",
                            "dev.messplus.routing..",
                            "dev.messplus.inference..",
                            "dev.messplus.local.run..",
                            "org.apache.flink..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.messplus.local.(*)..").should().beFreeOfCycles();
}
