// The compiler for ES modules. An import of it directly has Node read all of its nine megabytes once more, for the names that it
// exports, which is half of the time that a start takes.
const typescript = require("typescript");

// Its two thousand exports are getters of one object, too many for an engine to know where each is: a look-up runs code. Ours are
// plain properties of a few objects that inherit from one another, which costs next to nothing. A walk over a program does
// millions.
const AT_ONCE = 500;
const names = Object.keys(typescript);
let properties = Object.create(null);
for (let start = 0; start < names.length; start += AT_ONCE) {
  properties = Object.create(properties);
  for (const name of names.slice(start, start + AT_ONCE)) properties[name] = typescript[name];
}
exports.typescript = Object.create(properties);
