package io.vertebra.bus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** A step of the build: carries the Javadoc of contracts and bus types to run time, and lists the contracts. */
@SupportedAnnotationTypes("*")
public final class JavadocCarrier extends AbstractProcessor {
    private static final Pattern INLINE = Pattern.compile("\\{@(code|literal|link|linkplain|value)\\s+([^}]*)}");
    private static final Pattern TAG = Pattern.compile("(?m)^\\s*@(?=param|return|throws|see|since)");
    private static final Pattern PARAM = Pattern.compile("param\\s+(\\w+)\\s+(.*)", Pattern.DOTALL);

    private final Set<String> contracts = new TreeSet<>();

    /** Reads the sources in one folder and writes the resources into another, unless these are newer. */
    public static void main(String[] folders) throws IOException {
        var target = Path.of(folders[1]);
        var sources = sources(Path.of(folders[0]));
        if (upToDate(sources, target.resolve(Contracts.INDEX))) {
            return;
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(target));
            var options = List.of("-proc:only", "-Xlint:none");
            var task = compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources));
            task.setProcessors(List.of(new JavadocCarrier()));
            if (!task.call()) {
                throw new IllegalStateException("The sources in " + folders[0] + " do not compile");
            }
        }
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static boolean upToDate(List<Path> sources, Path index) throws IOException {
        if (!Files.exists(index)) {
            return false;
        }
        var written = Files.getLastModifiedTime(index);
        for (var source : sources) {
            if (Files.getLastModifiedTime(source).compareTo(written) >= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        for (var root : round.getRootElements()) {
            if (root instanceof TypeElement type && (type.getKind() == ElementKind.RECORD || isSealed(type))) {
                var texts = new TreeMap<String, String>();
                collect(type, type.getSimpleName().toString(), texts);
                if (!texts.isEmpty()) {
                    write(Docs.FOLDER + type.getQualifiedName() + ".properties", properties(texts));
                }
                if (isContract(type)) {
                    contracts.add(type.getQualifiedName().toString());
                }
            }
        }
        if (round.processingOver() && !contracts.isEmpty()) {
            write(Contracts.INDEX, String.join("\n", contracts) + "\n");
        }
        return false;
    }

    /** A contract, or one of the nouns that it is split into. */
    private static boolean isSealed(TypeElement type) {
        return type.getKind() == ElementKind.INTERFACE && type.getModifiers().contains(Modifier.SEALED);
    }

    private static boolean isContract(TypeElement type) {
        return isSealed(type)
                && type.getInterfaces().stream().anyMatch(i -> i.toString().startsWith("io.vertebra.bus.Request<"));
    }

    private void collect(TypeElement type, String path, Map<String, String> texts) {
        document(type, path, texts);
        for (var member : type.getEnclosedElements()) {
            if (member instanceof TypeElement nested) {
                collect(nested, path + "." + nested.getSimpleName(), texts);
            } else if (member.getKind() == ElementKind.ENUM_CONSTANT) {
                document(member, path + "#" + member.getSimpleName(), texts);
            }
        }
    }

    private void document(Element element, String path, Map<String, String> texts) {
        var comment = processingEnv.getElementUtils().getDocComment(element);
        if (comment == null) {
            return;
        }
        var parts = TAG.split(comment);
        texts.put(path, markdown(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            var param = PARAM.matcher(parts[i].strip());
            if (param.matches()) {
                texts.put(path + "#" + param.group(1), markdown(param.group(2)));
            }
        }
    }

    private static String markdown(String javadoc) {
        var inline = INLINE.matcher(javadoc).replaceAll(found -> {
            var code = !found.group(1).equals("literal");
            return java.util.regex.Matcher.quoteReplacement(code ? "`" + found.group(2) + "`" : found.group(2));
        });
        var paragraphs = inline.strip().split("\\s*<p>\\s*|\\n\\s*\\n");
        var text = new StringBuilder();
        for (var paragraph : paragraphs) {
            if (!paragraph.isBlank()) {
                text.append(text.isEmpty() ? "" : "\n\n")
                        .append(paragraph.strip().replaceAll("\\s+", " "));
            }
        }
        return text.toString();
    }

    private static String properties(Map<String, String> texts) {
        var lines = new StringBuilder();
        texts.forEach((key, text) -> lines.append(key.replace("#", "\\#"))
                .append(" = ")
                .append(text.replace("\\", "\\\\").replace("\n", "\\n"))
                .append('\n'));
        return lines.toString();
    }

    private void write(String name, String content) {
        try (var out = processingEnv
                .getFiler()
                .createResource(StandardLocation.CLASS_OUTPUT, "", name)
                .openWriter()) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
