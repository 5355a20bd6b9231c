// Put in by build.mjs.
declare const VERSION: string;
