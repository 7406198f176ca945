/** A mode for emacs, with the language server by eglot. */
import type { EditorWords } from './words.ts';

/** The files by their names: the mode, and what loads it when it is wanted. */
export function emacsFiles(words: EditorWords): Readonly<Record<string, string>> {
  return { 'ftpwall-mode.el': mode(words), 'ftpwall-init.el': init(words) };
}

const strings = (names: readonly string[]) => names.map((name) => `"${name}"`).join(' ');

function mode({ targets, macros, settings, directives }: EditorWords): string {
  return `;;; ftpwall-mode.el --- Configuration of ftpwall  -*- lexical-binding: t -*-

;; SPDX-License-Identifier: GPL-2.0-or-later

;;; Commentary:

;; Colours for the configuration files of ftpwall, and its language server by eglot.

;;; Code:

(defgroup ftpwall nil "Configuration of ftpwall." :group 'tools)

(defcustom ftpwall-use-eglot t
  "Whether to start the language server when a file is opened, where eglot and ftpwall are there."
  :type 'boolean :group 'ftpwall)

(defvar ftpwall-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\\n ">" table)
    (modify-syntax-entry ?_ "w" table)
    (modify-syntax-entry ?\\" "." table)
    (modify-syntax-entry ?' "." table)
    table)
  "Comments go from # to the end of the line.")

(defconst ftpwall-font-lock-keywords
  (list
   (cons "^\\\\s-*\\\\?\\\\(?:${directives.join('\\\\|')}\\\\)\\\\_>" 'font-lock-preprocessor-face)
   (cons "^\\\\s-*\\\\(?:INCLUDE\\\\|SECTION\\\\|FORMAT\\\\|COMMENT\\\\)\\\\_>" 'font-lock-preprocessor-face)
   (cons "\\\\$\\\\(?:\\\\w+\\\\|{\\\\w+}\\\\)" 'font-lock-variable-name-face)
   (cons (regexp-opt '(${strings(targets)}) 'words) 'font-lock-keyword-face)
   (cons (regexp-opt '(${strings(macros)}) 'words) 'font-lock-function-name-face)
   (cons (regexp-opt '(${strings(settings)}) 'words) 'font-lock-type-face))
  "What is coloured; the words are those of the tables of ftpwall.")

;;;###autoload
(define-derived-mode ftpwall-mode prog-mode "ftpwall"
  "Major mode for the configuration files of ftpwall."
  (setq-local comment-start "# ")
  (setq-local comment-end "")
  (setq-local indent-tabs-mode nil)
  (setq-local font-lock-defaults '(ftpwall-font-lock-keywords)))

(defvar eglot-server-programs)
(declare-function eglot-ensure "ext:eglot")

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(ftpwall-mode . ("ftpwall" "lsp"))))

(defun ftpwall-start-eglot ()
  "Start the language server, where it is wanted and can be."
  (when (and ftpwall-use-eglot buffer-file-name (executable-find "ftpwall") (require 'eglot nil t))
    (eglot-ensure)))

(add-hook 'ftpwall-mode-hook #'ftpwall-start-eglot)

(provide 'ftpwall-mode)
;;; ftpwall-mode.el ends here
`;
}

function init({ files, settingsFiles }: EditorWords): string {
  return `;;; ftpwall-init.el --- Which files ftpwall-mode is for  -*- lexical-binding: t -*-

;; SPDX-License-Identifier: GPL-2.0-or-later

;;; Code:

(autoload 'ftpwall-mode "ftpwall-mode" "Major mode for the configuration files of ftpwall." t)

(defun ftpwall-file-p ()
  "Whether the file of this buffer belongs to a folder with a settings file."
  (and buffer-file-name
       (string-match-p
        (concat "\\\\\`\\\\(?:macro\\\\..*\\\\|action\\\\..*\\\\|"
                (regexp-opt '(${strings(files)} ${strings(settingsFiles)}))
                "\\\\)\\\\'")
        (file-name-nondirectory buffer-file-name))
       (let ((folder (file-name-directory buffer-file-name)))
         (or (file-exists-p (expand-file-name "ftpwall.conf" folder))
             (file-exists-p (expand-file-name "shorewall.conf" folder))
             (file-exists-p (expand-file-name "shorewall6.conf" folder))))))

;; Where the package was removed and this file stays, it does nothing.
(when (locate-library "ftpwall-mode")
  (add-to-list 'magic-mode-alist '(ftpwall-file-p . ftpwall-mode)))

;;; ftpwall-init.el ends here
`;
}
