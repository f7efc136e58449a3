<?php
/* Change the theme. Run in WordPress's folder: php theme.php NAME. */
require getcwd() . '/wp-load.php';
switch_theme( $argv[1] );
