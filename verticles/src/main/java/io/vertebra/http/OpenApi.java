package io.vertebra.http;

import io.vertebra.bus.Contracts;

/** stub */
final class OpenApi {
    OpenApi(Contracts contracts, ProblemCatalogue problems) {}
    byte[] json() { return "{}".getBytes(); }
}
