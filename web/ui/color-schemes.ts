/** The themes, each with the key of its name. */
export const SCHEMES = {
  auto: 'common.themeAuto',
  light: 'common.themeLight',
  dark: 'common.themeDark',
} as const;
