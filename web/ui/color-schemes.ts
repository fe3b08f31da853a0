/** The ways the console can look, with the key of each one's name. */
export const SCHEMES = {
  auto: 'common.themeAuto',
  light: 'common.themeLight',
  dark: 'common.themeDark',
} as const;
