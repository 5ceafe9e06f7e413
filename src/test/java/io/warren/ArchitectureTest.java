package io.warren;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.spi.Connector;
import io.warren.spi.Dialer;
import io.warren.spi.Handler;
import io.warren.spi.Listener;
import org.junit.jupiter.api.Test;

/** The rooms of {@code src/README.md}, checked. */
class ArchitectureTest {
    private static final JavaClasses WARREN =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.warren");

    @Test
    void theImportIsNotEmpty() {
        assertThat(WARREN.size()).isGreaterThan(100);
    }

    @Test
    void roomsOnlyLookDown() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("cli")
                .definedBy("io.warren.cli..")
                .layer("boot")
                .definedBy("io.warren.boot..")
                .layer("console")
                .definedBy("io.warren.console..")
                .layer("control")
                .definedBy("io.warren.control..")
                .layer("catalog")
                .definedBy("io.warren.catalog..")
                .layer("protocol")
                .definedBy("io.warren.protocol..")
                .layer("transport")
                .definedBy("io.warren.transport..")
                .layer("policy")
                .definedBy("io.warren.policy..")
                .layer("service")
                .definedBy("io.warren.service..")
                .layer("route")
                .definedBy("io.warren.route..")
                .layer("cluster")
                .definedBy("io.warren.cluster..")
                .layer("config")
                .definedBy("io.warren.config..")
                .layer("relay")
                .definedBy("io.warren.relay..")
                .layer("layer")
                .definedBy("io.warren.layer..")
                .layer("codec")
                .definedBy("io.warren.codec..")
                .layer("spi")
                .definedBy("io.warren.spi..")
                .layer("net")
                .definedBy("io.warren.net..")
                .whereLayer("cli")
                .mayOnlyAccessLayers("boot", "catalog", "config", "spi", "net")
                .whereLayer("console")
                .mayOnlyAccessLayers("control", "catalog", "service", "cluster", "config", "route", "spi", "net")
                .whereLayer("control")
                .mayOnlyAccessLayers("service", "cluster", "layer", "spi", "net")
                .whereLayer("catalog")
                .mayOnlyAccessLayers("protocol", "transport", "policy", "spi", "net")
                .whereLayer("protocol")
                .mayOnlyAccessLayers("relay", "layer", "codec", "spi", "net")
                .whereLayer("transport")
                .mayOnlyAccessLayers("layer", "codec", "spi", "net")
                .whereLayer("policy")
                .mayOnlyAccessLayers("codec", "spi", "net")
                .whereLayer("service")
                .mayOnlyAccessLayers("route", "relay", "codec", "spi", "net")
                .whereLayer("route")
                .mayOnlyAccessLayers("relay", "codec", "spi", "net")
                .whereLayer("cluster")
                .mayOnlyAccessLayers("relay", "layer", "codec", "spi", "net")
                .whereLayer("config")
                .mayOnlyAccessLayers("spi", "net")
                .whereLayer("relay")
                .mayOnlyAccessLayers("spi", "net")
                .whereLayer("layer")
                .mayOnlyAccessLayers("codec", "spi", "net")
                .whereLayer("codec")
                .mayOnlyAccessLayers("spi", "net")
                .whereLayer("spi")
                .mayOnlyAccessLayers("net")
                .whereLayer("net")
                .mayNotAccessAnyLayer()
                .check(WARREN);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("io.warren.(*)..").should().beFreeOfCycles().check(WARREN);
    }

    @Test
    void protocolsDoNotKnowEachOther() {
        slices().matching("io.warren.protocol.(*)..")
                .should()
                .notDependOnEachOther()
                .check(WARREN);
    }

    @Test
    void transportsDoNotKnowEachOther() {
        slices().matching("io.warren.transport.(*)..")
                .should()
                .notDependOnEachOther()
                .check(WARREN);
    }

    @Test
    void onlyNetAndLayersTouchChannels() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.warren.net..", "io.warren.layer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..")
                .check(WARREN);
    }

    @Test
    void onlyNetTouchesTheInternalsOfVertx() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.warren.net..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.core.internal..", "io.vertx..impl..")
                .check(WARREN);
    }

    @Test
    void endpointsAreVerticles() {
        classes()
                .that()
                .areAssignableTo(Listener.class)
                .or()
                .areAssignableTo(Dialer.class)
                .or()
                .areAssignableTo(Handler.class)
                .or()
                .areAssignableTo(Connector.class)
                .and()
                .areNotInterfaces()
                .should()
                .beAssignableTo(VerticleBase.class)
                .check(WARREN);
    }

    @Test
    void thereAreNoMutableStatics() {
        noFields()
                .that()
                .areStatic()
                .and()
                .doNotHaveName("$VALUES")
                .should()
                .notBeFinal()
                .check(WARREN);
    }

    @Test
    void nobodyBlocks() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Future.class, "await")
                .check(WARREN);
    }
}
