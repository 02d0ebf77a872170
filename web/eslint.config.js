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
      // Numbers in template texts are shown as they are on purpose.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Handlers of React and of the grid may return a promise whose failure the mutation shows.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Callbacks of the grid are taken apart as they come; none of them uses `this`.
      "@typescript-eslint/unbound-method": "off",
      // The page never sets HTML: all text comes from elsewhere.
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
