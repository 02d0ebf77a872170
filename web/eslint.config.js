import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist",
      "node_modules",
      "src/api/schema.d.ts",
      "test-results",
      "eslint.config.js",
      "scripts",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  jsxA11y.flatConfigs.strict,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "react-hooks": reactHooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      // Numbers in template literals are printed as they are on purpose.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Handlers of React and of the grid may return a promise; its mutation shows the error.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Callbacks of the grid are destructured; none of them uses `this`.
      "@typescript-eslint/unbound-method": "off",
      // The app never sets HTML, because all text comes from tables and other sites.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Content of pages is text, never HTML." },
        { property: "outerHTML", message: "Content of pages is text, never HTML." },
        { property: "insertAdjacentHTML", message: "Content of pages is text, never HTML." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Content of pages is text.",
        },
      ],
    },
  },
);
