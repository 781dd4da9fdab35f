// tsserver loads its plugins with require and calls what they export; all there is to do is done in dist/.
"use strict";
module.exports = require("./dist/plugin.js").init;
