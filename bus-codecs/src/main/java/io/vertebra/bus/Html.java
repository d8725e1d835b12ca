package io.vertebra.bus;

/** The few plain pages that the platform writes itself: no script, readable without style. */
public final class Html {
    /** The policy that such a page is served with. */
    public static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    private Html() {}

    /** A page of this title and body. */
    public static String page(String title, String body) {
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><title>%1$s</title>
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;
                color-scheme:light dark}</style></head>
                <body><main><h1>%1$s</h1>
                %2$s
                </main></body></html>
                """.formatted(text(title), body);
    }

    /** Text of ours as HTML; what stands in back-ticks is code. */
    public static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("`([^`]*)`", "<code>$1</code>");
    }
}
