/** Stands in the Worker's bundle for the languages of zod's texts; those in English are elsewhere. */
export {};
