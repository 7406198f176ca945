;;; emacs.el --- Drives emacs with eglot without a screen  -*- lexical-binding: t -*-

;;; Code:

(require 'json)
(package-initialize)
(add-to-list 'load-path (getenv "TEST_EMACS"))
(load (expand-file-name "ftpwall-init.el" (getenv "TEST_EMACS")))
(require 'eglot)
(setq eglot-sync-connect 20
      eglot-autoshutdown nil
      create-lockfiles nil
      make-backup-files nil)
;; Whoever renames over files is asked first.
(fset 'y-or-n-p (lambda (&rest _) t))

(defvar test-out nil)
(defun test-put (name value) (push (cons name value) test-out))

(defun test-wait (what ready)
  "Wait until the function READY says yes; WHAT is for the message."
  (let ((deadline (+ (float-time) 120)))
    (while (and (not (funcall ready)) (< (float-time) deadline))
      (accept-process-output nil 0.05)
      (when (and flymake-mode (eglot-current-server)) (flymake-start)))
    (unless (funcall ready) (error "Nothing came of %s" what))))

(defun test-codes ()
  "The texts of the messages of this buffer."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun test-run ()
  "Open the file, and note what the server says."
  (find-file (getenv "TEST_FILE"))
  (test-put 'mode (symbol-name major-mode))
  (unless (eglot-current-server) (call-interactively #'eglot))
  (test-wait "the server" (lambda () (eglot-current-server)))
  (test-wait "diagnostics" (lambda () (test-codes)))
  (let ((found (car (flymake-diagnostics))))
    (test-put 'text (flymake-diagnostic-text found))
    (test-put 'under (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found))))
  (goto-char (point-max))
  (forward-line -1)
  (delete-region (line-beginning-position) (point-max))
  (insert "ACCEPT net dmz tcp 2222\nACCEPT net dmz tcp 2222\n")
  (eglot--signal-textDocument/didChange)
  (test-wait "the dead line"
             (lambda () (seq-some (lambda (text) (string-match-p "never reached" text)) (test-codes))))
  (forward-line -1)
  (forward-char 8)
  (let* ((server (eglot-current-server))
         (place (eglot--TextDocumentPositionParams))
         (hover (jsonrpc-request server :textDocument/hover place)))
    (test-put 'hover (plist-get (plist-get hover :contents) :value))
    (let ((definitions (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
      (test-put 'definition (xref-location-group (xref-item-location (car definitions)))))
    (eglot-format-buffer)
    (test-put 'formatted (buffer-substring (line-beginning-position) (line-end-position)))
    (goto-char (line-beginning-position))
    (search-forward "net")
    (backward-char 1)
    ;; Interactively a timer tells the server of the formatted text.
    (eglot--signal-textDocument/didChange)
    (eglot-rename "wan")
    (save-some-buffers t)
    (let ((process (jsonrpc--process server)))
      ;; As eglot-shutdown does, which kills the process at once instead of waiting for it.
      (jsonrpc-request server :shutdown nil :timeout 120)
      (jsonrpc-notify server :exit nil)
      (test-wait "the end" (lambda () (not (process-live-p process))))
      (test-put 'status (process-exit-status process)))))

(condition-case reason
    (test-run)
  (error (test-put 'failed (format "%S" reason))))
(with-temp-file (getenv "TEST_RESULT") (insert (json-encode test-out)))
(kill-emacs 0)
;;; emacs.el ends here
