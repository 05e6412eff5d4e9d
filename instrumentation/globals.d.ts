/** The package's version, put in by the build. */
declare const SPANGATE_VERSION: string;
