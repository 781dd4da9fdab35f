// A loader of webpack that hands what it gets to a function of its options.
"use strict";
module.exports = function keep(code) {
  this.getOptions().keep(code, this.resourcePath);
  return code;
};
