/** Why a trigger was paused: it is resumed by saving it. */
export const PAUSE_REASONS = ['unreachable', 'refused', 'gone', 'overfull'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** The grammar of a pattern of image names: that of tags (TAG_PATTERN), and `/`. */
export const IMAGE_PATTERN = /^[a-zA-Z0-9_.*?/-]+$/;

/** Types of events that triggers can ask for. */
export const TRIGGER_EVENTS = ['image.pushed', 'version.deleted'] as const;
