package io.vertebra.kernel.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads a configuration file into dotted keys, each with its line and the comment above it. */
final class YamlFile {
    private static final String SECRET = "!secret";

    private final String name;
    private final List<Mistake> mistakes;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> sections = new LinkedHashMap<>();

    private YamlFile(String name, List<Mistake> mistakes) {
        this.name = name;
        this.mistakes = mistakes;
    }

    static YamlFile read(Path file, List<Mistake> mistakes) {
        var name =
                file.getParent() == null ? file.toString() : file.getParent().getFileName() + "/" + file.getFileName();
        var read = new YamlFile(name, mistakes);
        try {
            read.parse(Files.readString(file));
        } catch (IOException e) {
            mistakes.add(new Mistake(name, "", "cannot be read"));
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            mistakes.add(new Mistake(name + ":" + (mark.getLine() + 1), "", "is no YAML: " + e.getProblem()));
        }
        return read;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    /** The comment above each section. */
    Map<String, String> sections() {
        return sections;
    }

    private void parse(String text) {
        var options = new LoaderOptions();
        options.setProcessComments(true);
        options.setMaxAliasesForCollections(0);
        var root = new Yaml(options).compose(new StringReader(text));
        if (root instanceof MappingNode mapping) {
            walk("", mapping);
        }
    }

    private void walk(String prefix, MappingNode mapping) {
        for (var tuple : mapping.getValue()) {
            var key = prefix + ((ScalarNode) tuple.getKeyNode()).getValue();
            var comment = comment(tuple.getKeyNode());
            switch (tuple.getValueNode()) {
                case MappingNode inner
                when !inner.getValue().isEmpty() -> {
                    sections.put(key, comment);
                    walk(key + ".", inner);
                }
                case MappingNode empty -> sections.put(key, comment);
                case SequenceNode sequence -> put(key, sequence, items(key, sequence), comment);
                case ScalarNode scalar -> put(key, scalar, List.of(scalar.getValue()), comment);
                default ->
                    mistakes.add(new Mistake(key, where(tuple.getValueNode()), "holds neither a value nor a list"));
            }
        }
    }

    private void put(String key, Node node, List<String> values, String comment) {
        var secret = node.getTag().getValue().equals(SECRET);
        var entry = new Entry(key, values, node instanceof SequenceNode, secret, where(node), comment);
        if (entries.putIfAbsent(key, entry) != null) {
            mistakes.add(new Mistake(key, where(node), "stands there twice"));
        }
    }

    private List<String> items(String key, SequenceNode sequence) {
        var items = new ArrayList<String>();
        for (var item : sequence.getValue()) {
            if (item instanceof ScalarNode scalar) {
                items.add(scalar.getValue());
            } else {
                mistakes.add(new Mistake(key, where(item), "takes plain values only"));
            }
        }
        return items;
    }

    private String where(Node node) {
        return name + ":" + (node.getStartMark().getLine() + 1);
    }

    /** The block of comment lines that ends right above the key. */
    private static String comment(Node key) {
        @Nullable List<CommentLine> lines = key.getBlockComments();
        if (lines == null) {
            return "";
        }
        int start = 0;
        for (int i = 0; i < lines.size(); i++) {
            start = lines.get(i).getCommentType() == CommentType.BLANK_LINE ? i + 1 : start;
        }
        return lines.stream().skip(start).map(line -> line.getValue().strip()).collect(Collectors.joining(" "));
    }
}
