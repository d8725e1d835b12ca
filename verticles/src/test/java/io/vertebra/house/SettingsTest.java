package io.vertebra.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A key that can be set is a key that changes something. */
class SettingsTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter(Set.of(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)).importPackages("io.vertebra");

    private static List<JavaClass> sections() {
        return HOUSE.stream()
                .filter(each -> each.isRecord() && each.getSimpleName().endsWith("Settings"))
                .toList();
    }

    @Test
    void every_setting_is_read_by_somebody() {
        var unread = new TreeSet<String>();
        for (var section : sections()) {
            for (var component : section.reflect().getRecordComponents()) {
                if (!isRead(section, component)) {
                    unread.add(section.getSimpleName() + "." + component.getName());
                }
            }
        }
        assertThat(unread).isEmpty();
    }

    /** From outside by its accessor, or by another method of the record. */
    private static boolean isRead(JavaClass section, RecordComponent component) {
        var name = component.getName();
        boolean outside = !section.getMethod(name).getAccessesToSelf().isEmpty();
        return outside
                || section.getField(name).getAccessesToSelf().stream().anyMatch(access -> !Set.of(name, "<init>")
                        .contains(access.getOrigin().getName()));
    }
}
