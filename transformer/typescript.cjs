// The compiler for ES modules: an import of it directly has Node read all of its nine megabytes once more, for the names that it
// exports, which is half of the time that a start takes.
exports.typescript = require("typescript");
