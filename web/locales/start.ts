import i18next from 'i18next';
import LanguageDetector from 'i18next-browser-languagedetector';
import { initReactI18next } from 'react-i18next';
import { showHidden } from '../../src/domain/hidden-characters.ts';
import type { Messages } from './en/index.ts';

/** The languages there are, each by its own name. */
export const LANGUAGES = { zh: '简体中文', en: 'English' } as const;
export type Language = keyof typeof LANGUAGES;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Messages };
  }
}

const load: Record<Language, () => Promise<{ messages: Messages }>> = {
  zh: () => import('./zh/index.ts'),
  en: () => import('./en/index.ts'),
};

const isLanguage = (code: string): code is Language => code in LANGUAGES;

/** The language in use. */
function currentLanguage(): Language {
  const code = i18next.resolvedLanguage ?? i18next.language ?? 'en';
  return isLanguage(code) ? code : 'en';
}

/** Changes the language of the console and keeps the choice in this browser. */
export async function setLanguage(language: Language): Promise<void> {
  await loadMessages(language);
  await i18next.changeLanguage(language);
}

/** Loads the language that was chosen here before, or else the browser's. */
export async function startTranslation(): Promise<void> {
  i18next.on('languageChanged', (code) => {
    document.documentElement.lang = code === 'zh' ? 'zh-CN' : code;
  });
  await i18next
    .use(LanguageDetector)
    .use(initReactI18next)
    .init({
      supportedLngs: Object.keys(LANGUAGES),
      load: 'languageOnly',
      nonExplicitSupportedLngs: true,
      resources: {},
      fallbackLng: 'en',
      detection: {
        order: ['localStorage', 'navigator'],
        caches: ['localStorage'],
        lookupLocalStorage: 'orlop-language',
        convertDetectedLanguage: (code) => (code.startsWith('zh') ? 'zh' : 'en'),
      },
      // React escapes HTML; names and errors may have characters that cannot be seen.
      interpolation: { escapeValue: true, escape: (value) => showHidden(value, true) },
    });
  await setLanguage(currentLanguage());
}

async function loadMessages(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  const { messages } = await load[language]();
  i18next.addResourceBundle(language, 'translation', messages);
}
