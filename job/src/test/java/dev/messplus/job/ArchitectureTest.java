package dev.messplus.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.messplus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule UDFS_KNOW_NOTHING_OF_THE_JOB =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus..")
                    .and()
                    .resideOutsideOfPackages("dev.messplus.job..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.messplus.job..");

    @ArchTest
    static final ArchRule ONLY_THE_ENDS_KNOW_KAFKA =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus..")
                    .and()
                    .resideOutsideOfPackages("dev.messplus.job.kafka..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector.kafka..");

    @ArchTest
    static final ArchRule CONFIGURATION_DEPENDS_ON_NO_OTHER_PART_OF_THE_JOB =
            noClasses()
                    .that()
                    .resideInAPackage("dev.messplus.job.config..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.messplus.job", "dev.messplus.job.kafka..");

    @ArchTest
    static final ArchRule NO_CYCLES_IN_UDFS =
            slices().matching("dev.messplus.(*)..").should().beFreeOfCycles();
}
